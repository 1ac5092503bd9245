package network.dchat.identity;

/// From where an address can be reached, narrowest first.
public enum AddressScope {
    /// From the same host.
    LOOPBACK,
    /// From the same private network.
    PRIVATE,
    /// From anywhere.
    PUBLIC;

    /// True when an address of this scope may be told to a peer that is reached in the given
    /// scope: it must be the same or a narrower one.
    public boolean mayBeToldTo(AddressScope listener) {
        return listener.compareTo(this) <= 0;
    }
}
