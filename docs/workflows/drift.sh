#!/usr/bin/env bash
# Renders with the locked libraries and with the newest, and leaves in the working tree what is new in
# requirements.lock, in the file that is named what it does to the results. Nothing where nothing is newer.
set -euo pipefail
told=${1:?a file to tell in}
kept=$(mktemp -d)
trap 'rm -rf "$kept"' EXIT

rm -rf .tox/repro
tox -e repro -- --only rendering
tox -e lock
if git diff --quiet -- requirements.lock; then
    exit 0
fi
mkdir "$kept/digests"
for file in .tox/repro/*.json; do
    mv "$file" "$kept/digests/locked-${file##*/}"
done
mv "$kept"/digests/* .tox/repro/
status=0
tox -e repro --recreate > "$kept/said" 2>&1 || status=$?
{
    echo "Libraries are newer than the locked ones. With them \`tox -e repro\` ends with $status:"
    echo '```'
    tail -n 40 "$kept/said"
    echo '```'
} > "$told"
