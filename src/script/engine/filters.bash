# What is made in the packet filters of namespaces; they are the lab's own, and go with them.

# fill_inside TOOL NS: rules and policies of a namespace, from "text", a line each; all or none
fill_inside() {
  local enter family=ip
  entrance "$2"
  text=$'*filter\n'${text%$'\n'}$'\nCOMMIT'
  if [[ $firewall == nft ]]; then
    [[ $1 == iptables ]] || family=ip6
    nft_text "$family" "netloom-$lab" && feed "${enter[@]}" nft -f -
    return
  fi
  feed "${enter[@]}" "$1-restore" -w 5 --noflush
}
