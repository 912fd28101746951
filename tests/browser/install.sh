#!/bin/sh
# Debian's Chromium, its driver and an Arabic font, where one of them is missing.
set -eu
missing=""
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
command -v chromedriver >/dev/null 2>&1 || missing="$missing chromium-driver"
if ! command -v fc-list >/dev/null 2>&1 || [ -z "$(fc-list 'Noto Naskh Arabic')" ]; then
    missing="$missing fontconfig fonts-noto-core"
fi
[ -n "$missing" ] || exit 0
as_root=""
[ "$(id -u)" -eq 0 ] || as_root="sudo"
$as_root apt-get update -q
# shellcheck disable=SC2086 # a list of words
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing
