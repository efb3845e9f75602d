/** Folders that {@link OWN_ETC} needs: the host makes them with its others. */
export const ETC_FOLDERS = '/run/.etc/new /run/.etc/upper /run/.etc/work'

/**
 * bash that gives a host of a sandbox an /etc of its own: all that the machine has there but /etc/netns, where
 * `ip netns exec` looks for the files of a namespace. What is written goes into an overlay; one in a user namespace
 * has other marks for what was removed (Documentation/filesystems/overlayfs.rst). It does not show what is mounted
 * below, as a container has it, so that is mounted again. Where the kernel refuses it (one older than 5.11 without
 * root, or a third on two others), a copy of all that may be read does.
 */
export const OWN_ETC = `
at=/etc below=()
mapfile -t mounts </proc/self/mountinfo
if [[ \${mounts[*]} == *' /etc/'* ]]; then
  while read -r _ _ _ _ place _; do
    printf -v place %b "$place"
    [[ $place != /etc/* ]] || below+=("\${place#/etc}") at=/run/.etc/new
  done </proc/self/mountinfo
fi
read -r _ _ ids </proc/self/uid_map
options=lowerdir=/etc,upperdir=/run/.etc/upper,workdir=/run/.etc/work
((ids == 4294967295)) || options+=,userxattr
if mount -t overlay -o "$options" overlay "$at" 2>/dev/null; then
  for place in "\${below[@]}"; do mount --bind "/etc$place" "$at$place" || true; done
else
  at=/run/.etc/new
  cp -a /etc/. "$at" 2>/dev/null || true
fi
[[ $at == /etc ]] || mount --rbind "$at" /etc
[[ ! -d /etc/netns ]] || mount -t tmpfs -o mode=755 tmpfs /etc/netns
# a link into /run leads nowhere now, and nothing can be mounted on it
for place in /etc/resolv.conf /etc/hosts; do
  [[ -e $place ]] || { rm -f "$place"; : >"$place"; }
done
`
