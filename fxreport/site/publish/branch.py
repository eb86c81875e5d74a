"""A site published as a branch of the git repository in the current folder, and pushed.

Nothing is checked out, and no branch moves before its commit is whole and the remote has taken it.
"""

from __future__ import annotations

import os
import tempfile
from functools import cached_property
from pathlib import Path

from fxreport.site.publish.content import Files
from fxreport.site.publish.git import GitError, git, line
from fxreport.system.manifest import digest
from fxreport.vocabulary.errors import ConfigError, OutputError

_NOBODY = {f"GIT_{role}_{what}": "fxreport" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


class Branch:
    """``remote`` None: ``origin``, where there is one.

    Raises ConfigError where there is no repository, no such remote, or the branch is checked out.
    """

    def __init__(self, branch: str, remote: str | None = None, *, force: bool = False) -> None:
        self._branch, self._force = branch, force
        self._ref = f"refs/heads/{branch}"
        try:
            git("rev-parse", "--git-dir")
        except GitError as error:
            raise ConfigError(f"{error}; run it in a repository, or publish with --dir") from error
        if not line("check-ref-format", "--branch", branch):
            raise ConfigError(f"{branch!r} is no name of a branch; give another --branch")
        remotes = line("remote").split()
        if remote and remote not in remotes:
            raise ConfigError(
                f"there is no remote {remote!r} here; there are: {', '.join(remotes) or 'none'}"
            )
        self.remote = remote or ("origin" if "origin" in remotes else "")
        if f"branch {self._ref}" in line("worktree", "list", "--porcelain").splitlines():
            raise ConfigError(f"the branch {branch} is checked out; publish to another, or check out another")

    @property
    def name(self) -> str:
        return f"the branch {self._branch}" + (f" of {self.remote}" if self.remote else "")

    @cached_property
    def _local(self) -> str:
        return line("rev-parse", "--verify", "--quiet", self._ref)

    @cached_property
    def _published(self) -> str:
        """The remote's tip, "" where it has none; its objects are fetched, no branch moves."""
        if not self.remote:
            return ""
        try:
            found = git("ls-remote", self.remote, self._ref).decode().split()
            if found:
                git("fetch", "--quiet", "--no-tags", self.remote, self._ref)
        except GitError as error:
            raise OutputError(
                f"cannot read {self.name}: {error}; mend that or give another --remote"
            ) from error
        return found[0] if found else ""

    @cached_property
    def _tip(self) -> str:
        """The commit that is published upon: the later one of the local and the remote branch."""
        local, remote = self._local, self._published
        if not (local and remote) or local == remote or _is_ancestor(local, remote):
            return remote or local
        if _is_ancestor(remote, local):
            return local
        if not self._force:
            raise OutputError(
                f"the local branch {self._branch} and {self.name} have parted; delete the local one "
                f"(git branch -D {self._branch}), or --force to publish upon the remote's"
            )
        return remote

    @cached_property
    def _blobs(self) -> dict[str, tuple[str, str]]:
        """Mode and object of each file at the tip, by name."""
        if not self._tip:
            return {}
        found = {}
        for entry in git("ls-tree", "-r", "-z", "--full-tree", self._tip).decode().split("\0"):
            if entry:
                about, _, name = entry.partition("\t")
                mode, _, blob = about.split()
                found[name] = mode, blob
        return found

    def present(self) -> dict[str, str]:
        blobs = dict.fromkeys(blob for _, blob in self._blobs.values())
        said = git("cat-file", "--batch", stdin="".join(f"{blob}\n" for blob in blobs).encode())
        digests, at = {}, 0
        while at < len(said):
            end = said.index(b"\n", at)
            name, _, size = said[at:end].decode().split()
            digests[name] = digest(said[end + 1 : end + 1 + int(size)])
            at = end + 2 + int(size)
        return {name: digests[blob] for name, (_, blob) in self._blobs.items()}

    def read(self, name: str) -> bytes:
        return git("cat-file", "blob", self._blobs[name][1])

    def replace(self, files: Files, carried: frozenset[str], message: str) -> bool:
        try:
            tree = self._tree(files, carried)
            head = self._tip
            if not head or line("rev-parse", f"{head}^{{tree}}") != tree:
                head = self._commit(tree, message)
        except GitError as error:
            raise OutputError(f"cannot write {self.name}: {error}; mend that and publish again") from error
        pushed = bool(self.remote) and head != self._published
        if pushed:
            self._push(head)
        if head != self._local:
            try:
                git("update-ref", "-m", "site publish", self._ref, head, self._local or "0" * len(head))
            except GitError as error:
                raise OutputError(f"cannot move the branch {self._branch}: {error}; publish again") from error
        return pushed or head != self._local

    def _tree(self, files: Files, carried: frozenset[str]) -> str:
        paths = {name: data.resolve() for name, data in files.items() if isinstance(data, Path)}
        stdin = "".join(f"{path}\n" for path in paths.values()).encode()
        # as they are, whatever a repository says of line ends
        written = git("hash-object", "-w", "--no-filters", "--stdin-paths", stdin=stdin).decode().split()
        entries = {name: ("100644", blob) for name, blob in zip(paths, written, strict=True)}
        for name, data in files.items():
            if isinstance(data, bytes):
                blob = git("hash-object", "-w", "--no-filters", "--stdin", stdin=data).decode().strip()
                entries[name] = "100644", blob
        entries |= {name: self._blobs[name] for name in carried}
        index = "".join(f"{mode} {blob}\t{name}\0" for name, (mode, blob) in entries.items())
        with tempfile.TemporaryDirectory() as folder:
            env = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
            git("update-index", "-z", "--index-info", stdin=index.encode(), env=env)
            return git("write-tree", env=env).decode().strip()

    def _commit(self, tree: str, message: str) -> str:
        parents = ("-p", self._tip) if self._tip else ()
        # a machine that builds has nobody's name
        nobody = {} if line("config", "user.email") else {k: os.environ.get(k, v) for k, v in _NOBODY.items()}
        return git("commit-tree", tree, *parents, "-m", message, env=nobody).decode().strip()

    def _push(self, head: str) -> None:
        try:
            git(
                "push",
                "--quiet",
                f"--force-with-lease={self._ref}:{self._published}",  # nobody else has published meanwhile
                self.remote,
                f"{head}:{self._ref}",
            )
        except GitError as error:
            raise OutputError(
                f"cannot push to {self.name}: {error}; nothing is published and the local branch is as it was"
            ) from error


def _is_ancestor(one: str, other: str) -> bool:
    try:
        git("merge-base", "--is-ancestor", one, other)
    except GitError:
        return False
    return True
