# Loaded before what goes inside namespaces by netlink: a line that it is about to tell the kernel is a change. The one that
# is to be struck is refused there, and so comes to ip, before which something stands that strikes.
package message;

BEGIN {
    *CORE::GLOBAL::send = sub (*$$;$) {
        my $line = do { package DB; my @frame = caller 1; $DB::args[0] };
        return if system 'bash', $ENV{STRIKER}, 'message', $line;
        return CORE::send($_[0], $_[1], $_[2]);
    };
}

1;
