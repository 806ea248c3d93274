#!/bin/sh
# Nightly copy of the family's files to the NAS and, on Sundays, to Caz's attic in Ostermere.
# Settings: backup.conf next to this file. Exit 2: NAS not mounted, exit 5: too little space.
set -eu

here=$(dirname -- "$0")
. "$here/backup.conf"

stamp=$(date +%Y-%m-%d)

if ! mountpoint -q "$NAS_MOUNT"; then
  echo "$stamp nas missing" >>"$LOG"
  exit 2
fi

free_gb=$(df -BG --output=avail "$NAS_MOUNT" | tail -n 1 | tr -dc '0-9')
if [ "$free_gb" -lt "$MIN_FREE_GB" ]; then
  # The photo folder is the usual culprit.
  echo "$stamp only $free_gb GB left" >>"$LOG"
  exit 5
fi

restic -r "$NAS_REPO" backup --exclude-file "$here/exclude" $SOURCES
restic -r "$NAS_REPO" forget --keep-daily "$KEEP_DAILY" --keep-weekly "$KEEP_WEEKLY" \
  --keep-monthly "$KEEP_MONTHLY" --prune

# Sundays: off-site. Slow line, so never more than 900 kB a second, or Caz cannot watch films.
if [ "$(date +%u)" -eq 7 ]; then
  restic -r "$OFFSITE_REPO" --limit-upload 900 backup $SOURCES
fi

# On the first of the month read back a twentieth of everything to see whether it is still sound.
if [ "$(date +%d)" = 01 ]; then
  restic -r "$NAS_REPO" check --read-data-subset=5%
fi
