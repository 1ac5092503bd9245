package network.dchat.simulation;

/// One message on its way.
///
/// @param call the number of the call; 0 where there is none
record Packet<M>(Endpoint<M> from, Endpoint<M> to, Kind kind, long call, M message) {
    enum Kind {
        MESSAGE, REQUEST, RESPONSE
    }

    Packet<M> with(M other) {
        return new Packet<>(from, to, kind, call, other);
    }
}
