#!/usr/bin/env bash
# make.sh ALEXEYAB_DRIVER PJREDDIE_DRIVER: runs every line of cases.txt and writes its detections and, where the image has the network's size, its head; prints the SHA-256 of the weights.
set -eu
cd "$(dirname "$0")"
alexeyab=$1 pjreddie=$2
grep -v '^#' cases.txt | while read -r name cfg darknet version width height resize threshold _; do
    "${!darknet}" "$cfg.cfg" "$version" "$width" "$height" "$resize" "$threshold" "$name" > /dev/null 2> "$name.log" || { cat "$name.log"; exit 1; }
    tail -n 1 "$name.log"
    sha256sum "$name.weights"
    rm "$name.weights" "$name.log"
    [ "$name" = "$cfg" ] || rm "$name.head.f32.bin"
done
