/** Bash that takes tools from a machine: their folders are covered by others that have all the rest. */
export const hide = (...tools: readonly string[]) => `
for folder in /usr/sbin /usr/bin; do
  mkdir -p /run/real$folder /run/less$folder
  mount --bind $folder /run/real$folder
  ln -s /run/real$folder/* /run/less$folder
  (cd /run/less$folder && rm -f ${tools.join(' ')})
done
for folder in /usr/sbin /usr/bin; do mount --bind /run/less$folder $folder; done
`
