#!/bin/sh
# Copies the family folder to the disk in the hall cupboard. Runs every night at 02:30 (see crontab).
set -eu

SOURCE="$HOME/family"
TARGET="/mnt/hall-disk/backup"
KEEP_DAYS=45          # older snapshots are deleted
LOG="$HOME/.backup.log"

if ! mountpoint -q /mnt/hall-disk; then
  echo "$(date) disk is not there" >> "$LOG"
  exit 3
fi

today=$(date +%F)
rsync -a --delete --link-dest="$TARGET/latest" "$SOURCE/" "$TARGET/$today/"
ln -sfn "$TARGET/$today" "$TARGET/latest"
find "$TARGET" -maxdepth 1 -type d -mtime +"$KEEP_DAYS" -exec rm -r {} +
