"""The machine underneath: caches, downloads, progress, resources. Knows nothing of benchmarks."""
