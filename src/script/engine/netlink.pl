# What is inside namespaces, from one process: it enters one after another, and tells the kernel by netlink what "ip" would.
# To start ip for a namespace takes longer than all that the kernel does there. This is only a faster way to the same:
# it knows the lines that nearly every namespace has, and a line that it does not know, or that is refused, is for ip,
# with all that stand behind it in their block. So ip alone says what went wrong.
#
# netlink.pl DIR SETNS BLOCK...: BLOCK is "NUMBER TOOL NS", and below it lines of ip; SETNS is the number of that call of the
# kernel. What went well is told on standard output. On the other it says that it has begun, what ip complains of, and,
# where it failed, "NUMBER CODE", each behind a sign.
use strict;

# linux/netlink.h, linux/rtnetlink.h, linux/if_link.h, linux/if_addr.h, sched.h, bits/socket.h, linux/sockios.h
my ($AF_INET, $AF_INET6, $AF_NETLINK, $SOCK_RAW, $CLONE_NEWNET, $SIOCGIFINDEX) = (2, 10, 16, 3, 0x40000000, 0x8933);
my ($NEWLINK, $NEWADDR, $NEWROUTE, $NLMSG_ERROR) = (16, 20, 24, 2);
my ($SET, $ADD) = (0x5, 0x605);    # REQUEST | ACK, and CREATE | EXCL
my ($IFF_UP, $IFA_F_NODAD, $RTNH_F_ONLINK) = (1, 2, 4);
my ($IFLA_GROUP, $IFA_ADDRESS, $IFA_LOCAL, $RTA_DST, $RTA_OIF, $RTA_GATEWAY) = (27, 1, 2, 1, 4, 5);
my ($TABLE_MAIN, $SCOPE_LINK, $UNICAST) = (254, 253, 1);

my ($dir, $setns, @blocks) = @ARGV;
my ($socket, %index_of);

# numbers in the machine's order; the value of an attribute is filled up to four bytes
sub attribute { my ($type, $value) = @_; pack 'S S a*', 4 + length $value, $type, $value . "\0" x (-length($value) % 4) }

# the family and the bytes of an address; nothing for one that is written in another way
sub address {
    my ($text) = @_;
    if ($text =~ /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/) {
        return if grep { $_ > 255 } $1, $2, $3, $4;
        return ($AF_INET, pack 'C4', $1, $2, $3, $4);
    }
    return if $text =~ /[\da-f]{5}/;
    my ($head, $tail) = map { [split /:/] } $text =~ /^([\da-f:]*?)(?:::([\da-f:]*))?$/ or return;
    my $gap = 8 - @$head - @$tail;
    return if $text =~ /::/ ? $gap < 1 : $gap;
    return ($AF_INET6, pack 'n8', map { hex } @$head, (0) x $gap, @$tail);
}

# the number of an interface in the namespace
sub index_of {
    my ($name) = @_;
    return $index_of{$name} ||= do {
        my $request = pack 'a16 x24', $name;
        ioctl($socket, $SIOCGIFINDEX, $request) ? unpack 'x16 i', $request : 0;
    };
}

# the message of a line: its type, its flags and what it holds; nothing for one that is not known
sub message {
    my ($line) = @_;
    if ($line =~ /^link set dev (\S+)(?: group (\d+))? up$/) {
        my $group = defined $2 ? attribute($IFLA_GROUP, pack 'I', $2) : '';
        my $index = index_of($1) or return;
        return ($NEWLINK, $SET, pack('x4 i I I', $index, $IFF_UP, $IFF_UP) . $group);
    }
    # ip gives those of the loopback another scope
    if ($line =~ m{^addr add (?!127\.)(\S+)/(\d+) dev (\S+)( nodad)?$}) {
        my ($prefix, $flags, $index) = ($2, $4 ? $IFA_F_NODAD : 0, index_of($3));
        my ($family, $bytes) = address($1) or return;
        return unless $index && $prefix <= 128;
        my $own = attribute($IFA_LOCAL, $bytes) . attribute($IFA_ADDRESS, $bytes);
        return ($NEWADDR, $ADD, pack('C4 I', $family, $prefix, $flags, 0, $index) . $own);
    }
    if ($line =~ m{^route add (?:default|(\S+)/(\d+))(?: via (\S+))?(?: dev (\S+))? proto (\d+)( onlink)?$}) {
        my ($to, $prefix, $via, $device, $protocol, $flags) = ($1, $2 || 0, $3, $4, $5, $6 ? $RTNH_F_ONLINK : 0);
        my ($family, $way) = (0, '');
        for ([$RTA_DST, $to], [$RTA_GATEWAY, $via]) {
            my ($type, $text) = @$_;
            next unless defined $text;
            ($family, my $bytes) = address($text) or return;
            $way .= attribute($type, $bytes) unless $type == $RTA_DST && $prefix == 0;
        }
        if (defined $device) {
            my $index = index_of($device) or return;
            $way .= attribute($RTA_OIF, pack 'I', $index);
        }
        return unless $family && $prefix <= 128;
        # over IPv4, what has no gateway is on the link
        my $scope = defined $via || $family == $AF_INET6 ? 0 : $SCOPE_LINK;
        my $head = pack 'C8 I', $family, $prefix, 0, 0, $TABLE_MAIN, $protocol, $scope, $UNICAST, $flags;
        return ($NEWROUTE, $ADD, $head . $way);
    }
    return;
}

# true where the kernel has done it
sub tell_kernel {
    my ($type, $flags, $body) = message($_[0]) or return;
    send($socket, pack('I S S I I', 16 + length $body, $type, $flags, 1, 0) . $body, 0) or return;
    defined recv($socket, my $answer, 8192, 0) or return;
    my ($kind, $error) = unpack 'x4 S x10 i', $answer;
    return $kind == $NLMSG_ERROR && $error == 0;
}

# true where a setting, "PATH VALUE", is written: it is that of the namespace which is entered
sub write_setting {
    my ($path, $value) = split / /, $_[0], 2;
    open my $file, '>', "/proc/sys/$path" or return;
    print $file "$value\n";
    return close $file;
}

# true once the namespace is entered; that it is, is not taken on trust: what follows is for no other
sub enter {
    my ($name) = @_;
    return if length(pack 'p', '') != 8;    # the number of the call is for 64 bits
    open my $handle, '<', "/run/netns/$name" or return;
    syscall($setns, fileno $handle, $CLONE_NEWNET) == 0 or return;
    my ($wanted, $own) = map { (stat)[1] } $handle, '/proc/self/ns/net';
    %index_of = ();
    return $wanted == $own && socket $socket, $AF_NETLINK, $SOCK_RAW, 0;
}

# tells which batch failed, and ends
sub fail {
    my ($number, $code) = @_;
    print STDERR "\x1e$number $code";
    exit 1;
}

# ip from a line on; those before it are left out so that it counts them
sub by_ip {
    my ($number, $done, $lines, @command) = @_;
    local $SIG{PIPE} = sub { };
    my $pid = open my $input, '|-';
    defined $pid or die "no process for ip: $!\n";
    if ($pid == 0) {
        open STDOUT, '>', '/dev/null';
        exec @command, '-batch', '-' or exit 127;
    }
    print $input "\n" x $done, map { "$_\n" } @$lines[$done .. $#$lines];
    close $input or fail($number, $? >> 8 || 128 + $?);
}

my %ways = (ip => \&tell_kernel, sysctl => \&write_setting);
$| = 1;
print STDERR "\x1e";
for (@blocks) {
    my ($head, @lines) = split /\n/;
    my ($number, $tool, $name) = split / /, $head;
    exit 1 if -e "$dir/failed";
    my ($entered, $way, $done) = (scalar enter($name), $ways{$tool}, 0);
    if ($entered && $way) { $done++ while $done < @lines && $way->($lines[$done]) }
    if ($done < @lines) {
        my $why = $!;
        print STDERR "\x1e";
        if ($tool eq 'sysctl') {
            print STDERR "$lines[$done]: $why\nCommand failed -:", $done + 1;
            fail($number, 1);
        }
        by_ip($number, $done, \@lines, 'ip', $tool eq 'ip6' ? '-6' : (), $entered ? () : ('-n', $name));
    }
    print "\@ok $number\n";
}
