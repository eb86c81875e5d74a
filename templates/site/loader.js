/* Stands inside the pages that have scripts. Each is held to its hash; not from a disk, where a browser can't. */
for (const [address, digest] of JSON.parse(document.getElementById("page-scripts").textContent)) {
  const script = document.createElement("script");
  script.async = false;
  script.src = address;
  if (location.protocol !== "file:") script.integrity = digest;
  document.head.append(script);
}
