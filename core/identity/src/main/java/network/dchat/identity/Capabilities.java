package network.dchat.identity;

import network.dchat.wire.v1.NatType;

/// What a node offers to others and how it can be reached.
///
/// @param relay it stores and forwards messages
/// @param storage it holds shards
/// @param nat what stands between it and the internet
/// @param turnAddress `host:port` of its TURN server, at most [#MAXIMUM_TURN_ADDRESS] characters,
/// empty = none
/// @param bandwidth bytes per second offered, 0 = not told
public record Capabilities(boolean relay, boolean storage, NatType nat, String turnAddress,
        long bandwidth) {
    /// Longest TURN address in characters.
    public static final int MAXIMUM_TURN_ADDRESS = 128;

    /// Nothing offered, nothing known.
    public static final Capabilities NONE = new Capabilities(false, false,
            NatType.NAT_TYPE_UNSPECIFIED, "", 0);

    /// Refuses a TURN address that is none, a negative bandwidth and a NAT type unknown here.
    public Capabilities {
        if (nat == NatType.UNRECOGNIZED) {
            throw new IllegalArgumentException("nat: " + nat + " (expected: a known type)");
        }
        if (!turnAddress.isEmpty() && (turnAddress.length() > MAXIMUM_TURN_ADDRESS
                || turnAddress.startsWith("/") || Multiaddr.parse(turnAddress).isEmpty())) {
            throw new IllegalArgumentException("turn address: " + Octets.abbreviate(turnAddress)
                    + " (expected: host:port or nothing)");
        }
        if (bandwidth < 0) {
            throw new IllegalArgumentException(
                    "bandwidth: " + bandwidth + " (expected: 0 or more)");
        }
    }

    static Capabilities decode(network.dchat.wire.v1.Capabilities body) {
        NatType nat = body.getNat() == NatType.UNRECOGNIZED
                ? NatType.NAT_TYPE_UNSPECIFIED
                : body.getNat();
        return new Capabilities(body.getRelay(), body.getStorage(), nat, body.getTurnAddress(),
                body.getBandwidth());
    }

    network.dchat.wire.v1.Capabilities encode() {
        return network.dchat.wire.v1.Capabilities.newBuilder().setRelay(relay).setStorage(storage)
                .setNat(nat).setTurnAddress(turnAddress).setBandwidth(bandwidth).build();
    }
}
