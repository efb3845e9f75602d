// limit up|down COUNT: the same network by netlink messages from one process, many to a call of the kernel: no tool,
// no look, no journal. What it takes stands for what the kernel itself needs.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { GROUP = 7, FULL = 24000 };
static const unsigned char GATEWAY[4] = {169, 254, 1, 1};

static char queue[32768], answers[1 << 16];
static size_t length;
static int waiting;
static struct nlmsghdr *message;

static void check(int failed, const char *what) {
  if (failed) {
    perror(what);
    exit(1);
  }
}

static int open_socket(void) {
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), size = 1 << 22;
  check(fd < 0, "socket");
  setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size);
  return fd;
}

// Sends what is queued, and reads an answer for each message.
static void flush(int fd) {
  if (length == 0) return;
  check(send(fd, queue, length, 0) < 0, "send");
  while (waiting > 0) {
    int got = recv(fd, answers, sizeof answers, 0);
    check(got < 0, "recv");
    for (struct nlmsghdr *each = (void *)answers; NLMSG_OK(each, got); each = NLMSG_NEXT(each, got)) {
      if (each->nlmsg_type != NLMSG_ERROR) continue;
      errno = -((struct nlmsgerr *)NLMSG_DATA(each))->error;
      check(errno != 0, "netlink");
      waiting--;
    }
  }
  length = 0;
}

static void *begin(int fd, int type, int flags, size_t size) {
  if (length > FULL) flush(fd);
  message = (void *)(queue + length);
  memset(message, 0, NLMSG_SPACE(size));
  message->nlmsg_len = NLMSG_LENGTH(size);
  message->nlmsg_type = type;
  message->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
  return NLMSG_DATA(message);
}

static struct rtattr *put(int type, const void *value, size_t size) {
  struct rtattr *attribute = (void *)((char *)message + NLMSG_ALIGN(message->nlmsg_len));
  attribute->rta_type = type;
  attribute->rta_len = RTA_LENGTH(size);
  if (size > 0) memcpy(RTA_DATA(attribute), value, size);
  message->nlmsg_len = NLMSG_ALIGN(message->nlmsg_len) + RTA_ALIGN(attribute->rta_len);
  return attribute;
}

static void close_nest(struct rtattr *nest) {
  nest->rta_len = (char *)message + NLMSG_ALIGN(message->nlmsg_len) - (char *)nest;
}

static void end(void) {
  length += NLMSG_ALIGN(message->nlmsg_len);
  waiting++;
}

static void put_name(int type, const char *format, int i) {
  char name[IFNAMSIZ];
  put(type, name, snprintf(name, sizeof name, format, i) + 1);
}

static int index_of(const char *format, int i) {
  char name[IFNAMSIZ];
  snprintf(name, sizeof name, format, i);
  int index = if_nametoindex(name);
  check(index == 0, name);
  return index;
}

static void address_of(int i, unsigned char *address) {
  address[0] = 10, address[1] = i / 250, address[2] = i % 250, address[3] = 2;
}

static void handle_of(int i, char *path, size_t size) { snprintf(path, size, "/run/netns/ns%d", i); }

static void write_forwarding(const char *value) {
  int fd = open("/proc/sys/net/ipv4/ip_forward", O_WRONLY);
  check(fd < 0 || write(fd, value, 1) != 1, "ip_forward");
  close(fd);
}

static void write_rules(char letter, int count) {
  FILE *tool = popen("iptables-restore --noflush", "w");
  check(tool == NULL, "iptables-restore");
  fputs("*filter\n", tool);
  for (int i = 0; i < count; i++)
    fprintf(tool, "-%c FORWARD -o vh%d -j ACCEPT\n-%c FORWARD -i vh%d -j ACCEPT\n", letter, i, letter, i);
  fputs("COMMIT\n", tool);
  check(pclose(tool) != 0, "iptables-restore");
}

static int make_namespace(int i) {
  char path[64];
  handle_of(i, path, sizeof path);
  check(unshare(CLONE_NEWNET) != 0, "unshare");
  close(open(path, O_RDONLY | O_CREAT | O_EXCL, 0));
  check(mount("/proc/self/ns/net", path, "none", MS_BIND, 0) != 0, path);
  return open(path, O_RDONLY | O_CLOEXEC);
}

static void add_pair(int host, int i, int inner) {
  int group = GROUP;
  struct ifinfomsg *link = begin(host, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, sizeof *link);
  link->ifi_flags = link->ifi_change = IFF_UP;
  put_name(IFLA_IFNAME, "vh%d", i);
  put(IFLA_GROUP, &group, sizeof group);
  struct rtattr *info = put(IFLA_LINKINFO, NULL, 0);
  put(IFLA_INFO_KIND, "veth", 4);
  struct rtattr *data = put(IFLA_INFO_DATA, NULL, 0);
  struct ifinfomsg none = {0};
  struct rtattr *peer = put(VETH_INFO_PEER, &none, sizeof none);
  put_name(IFLA_IFNAME, "vn%d", i);
  put(IFLA_NET_NS_FD, &inner, sizeof inner);
  close_nest(peer);
  close_nest(data);
  close_nest(info);
  end();
}

static void set_up(int fd, int index) {
  struct ifinfomsg *link = begin(fd, RTM_NEWLINK, 0, sizeof *link);
  link->ifi_index = index;
  link->ifi_flags = link->ifi_change = IFF_UP;
  end();
}

static void add_address(int fd, int index, const unsigned char *address, int prefix) {
  struct ifaddrmsg *at = begin(fd, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, sizeof *at);
  at->ifa_family = AF_INET;
  at->ifa_prefixlen = prefix;
  at->ifa_index = index;
  put(IFA_LOCAL, address, 4);
  put(IFA_ADDRESS, address, 4);
  end();
}

static void add_route(int fd, int index, const unsigned char *to, const unsigned char *gateway) {
  struct rtmsg *route = begin(fd, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, sizeof *route);
  route->rtm_family = AF_INET;
  route->rtm_table = RT_TABLE_MAIN;
  route->rtm_protocol = RTPROT_BOOT;
  route->rtm_type = RTN_UNICAST;
  route->rtm_scope = gateway == NULL ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
  if (to != NULL) {
    route->rtm_dst_len = 32;
    put(RTA_DST, to, 4);
  }
  if (gateway != NULL) {
    route->rtm_flags = RTNH_F_ONLINK;
    put(RTA_GATEWAY, gateway, 4);
  }
  put(RTA_OIF, &index, sizeof index);
  end();
}

static void up(int host, int count) {
  int self = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  int *inner = calloc(count, sizeof *inner), *sockets = calloc(count, sizeof *sockets);
  unsigned char address[4];
  write_forwarding("1");
  for (int i = 0; i < count; i++) {
    inner[i] = make_namespace(i);
    sockets[i] = open_socket();
  }
  setns(self, CLONE_NEWNET);
  for (int i = 0; i < count; i++) add_pair(host, i, inner[i]);
  flush(host);
  for (int i = 0; i < count; i++) {
    address_of(i, address);
    setns(inner[i], CLONE_NEWNET);
    int index = index_of("vn%d", i);
    set_up(sockets[i], 1);
    set_up(sockets[i], index);
    add_address(sockets[i], index, address, 24);
    add_route(sockets[i], index, NULL, GATEWAY);
    flush(sockets[i]);
  }
  setns(self, CLONE_NEWNET);
  for (int i = 0; i < count; i++) {
    address_of(i, address);
    int index = index_of("vh%d", i);
    add_address(host, index, GATEWAY, 32);
    add_route(host, index, address, NULL);
  }
  flush(host);
  write_rules('A', count);
}

static void down(int host, int count) {
  int group = GROUP;
  char path[64];
  write_rules('D', count);
  begin(host, RTM_DELLINK, 0, sizeof(struct ifinfomsg));
  put(IFLA_GROUP, &group, sizeof group);
  end();
  flush(host);
  for (int i = 0; i < count; i++) {
    handle_of(i, path, sizeof path);
    umount2(path, MNT_DETACH);
    unlink(path);
  }
  write_forwarding("0");
}

int main(int words, char **word) {
  if (words != 3) return 2;
  (strcmp(word[1], "up") == 0 ? up : down)(open_socket(), atoi(word[2]));
  return 0;
}
