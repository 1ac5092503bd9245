package network.dchat.dht;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.dchat.identity.Certified;
import network.dchat.identity.Hash;
import network.dchat.identity.PeerId;
import network.dchat.identity.PeerRecord;
import network.dchat.identity.Rejection;
import network.dchat.identity.Verified;
import network.dchat.wire.v1.DhtPingRequest;
import network.dchat.wire.v1.DhtPingResponse;
import network.dchat.wire.v1.FindNodeRequest;
import network.dchat.wire.v1.FindNodeResponse;
import network.dchat.wire.v1.FindValueRequest;
import network.dchat.wire.v1.FindValueResponse;
import network.dchat.wire.v1.RecordKind;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SignedBytes;
import network.dchat.wire.v1.StoreRequest;
import network.dchat.wire.v1.StoreResponse;

/// Requests and responses as they travel. Reading verifies every record; it is a pure function and
/// may run on many threads, before the core.
///
/// @param rules what records must follow
/// @param peers verifies peer records, perhaps out of a cache
/// @param mostPeers peers that an answer may hold: Kademlia's k
public record DhtCodec(RecordRules rules, PeerVerifier peers, int mostPeers) {
    /// Verifies a peer record.
    @FunctionalInterface
    public interface PeerVerifier {
        /// The record, if it holds at this time.
        Verified<PeerRecord> verify(SignedBytes signed, long nowMillis);
    }

    /// A codec that verifies each record anew.
    public static DhtCodec of(RecordRules rules, int mostPeers) {
        return new DhtCodec(rules, rules::verifyPeer, mostPeers);
    }

    // Requests

    /// The record that a caller sent along; it must be the caller's own.
    public Verified<Optional<Certified<PeerRecord>>> readSender(SignedBytes sender, PeerId caller,
            long nowMillis) {
        if (sender.equals(SignedBytes.getDefaultInstance())) {
            return Verified.accepted(Optional.empty());
        }
        return peers.verify(sender, nowMillis)
                .then(record -> record.peer().equals(caller)
                        ? Verified.accepted(Optional.of(new Certified<>(record, sender)))
                        : Verified.rejected(RejectionCode.NOT_AUTHORISED,
                                "sender: record of " + record.peer().shortName() + " (expected: of "
                                        + caller.shortName() + ")"));
    }

    /// Which peers are asked for.
    public Verified<Request> read(FindNodeRequest request) {
        return hash(request.getTarget())
                .then(target -> Verified.accepted(new Request.FindNode(target)));
    }

    /// Which record is asked for.
    public Verified<Request> read(FindValueRequest request) {
        return kind(request.getKind()).then(kind -> hash(request.getKey())
                .then(key -> Verified.accepted(new Request.FindValue(new RecordKey(kind, key)))));
    }

    /// What is to be kept.
    public Verified<Request> read(StoreRequest request, long nowMillis) {
        return rules.verify(request.getRecord(), nowMillis)
                .then(record -> Verified.accepted(new Request.Store(record)));
    }

    /// A ping with the sender's record.
    public static DhtPingRequest writePing(Optional<Certified<PeerRecord>> sender) {
        DhtPingRequest.Builder builder = DhtPingRequest.newBuilder();
        sender.ifPresent(record -> builder.setSender(record.signed()));
        return builder.build();
    }

    /// A question for peers with the sender's record.
    public static FindNodeRequest write(Request.FindNode request,
            Optional<Certified<PeerRecord>> sender) {
        FindNodeRequest.Builder builder = FindNodeRequest.newBuilder()
                .setTarget(request.target().bytes());
        sender.ifPresent(record -> builder.setSender(record.signed()));
        return builder.build();
    }

    /// A question for a record with the sender's record.
    public static FindValueRequest write(Request.FindValue request,
            Optional<Certified<PeerRecord>> sender) {
        FindValueRequest.Builder builder = FindValueRequest.newBuilder()
                .setKind(request.key().kind()).setKey(request.key().key().bytes());
        sender.ifPresent(record -> builder.setSender(record.signed()));
        return builder.build();
    }

    /// A record to keep, with the sender's record.
    public static StoreRequest write(Request.Store request,
            Optional<Certified<PeerRecord>> sender) {
        StoreRequest.Builder builder = StoreRequest.newBuilder()
                .setRecord(RecordRules.write(request.record()));
        sender.ifPresent(record -> builder.setSender(record.signed()));
        return builder.build();
    }

    // Responses

    /// Who answered a ping.
    public Verified<Response> read(DhtPingResponse response, long nowMillis) {
        SignedBytes signed = response.getResponder();
        if (signed.equals(SignedBytes.getDefaultInstance())) {
            return Verified.accepted(new Response.Pong(Optional.empty()));
        }
        return peers.verify(signed, nowMillis).then(record -> Verified
                .accepted(new Response.Pong(Optional.of(new Certified<>(record, signed)))));
    }

    /// The peers in an answer.
    public Verified<Response> read(FindNodeResponse response, long nowMillis) {
        return readPeers(response.getPeersList(), nowMillis)
                .then(found -> Verified.accepted(new Response.Nodes(found)));
    }

    /// The record and the peers in an answer.
    public Verified<Response> read(FindValueResponse response, long nowMillis) {
        return readPeers(response.getPeersList(), nowMillis).then(found -> {
            if (!response.hasRecord()) {
                return Verified.accepted(new Response.Value(Optional.empty(), found));
            }
            return rules.verify(response.getRecord(), nowMillis).then(
                    record -> Verified.accepted(new Response.Value(Optional.of(record), found)));
        });
    }

    /// Whether a record is kept.
    public Verified<Response> read(StoreResponse response) {
        if (!response.hasRejection()) {
            return Verified.accepted(new Response.Stored(Optional.empty()));
        }
        RejectionCode code = response.getRejection().getCode();
        boolean known = code != RejectionCode.UNRECOGNIZED
                && code != RejectionCode.REJECTION_CODE_UNSPECIFIED;
        return Verified.accepted(
                new Response.Stored(Optional.of(new Rejection(known ? code : RejectionCode.INVALID,
                        response.getRejection().getReason()))));
    }

    /// The form that crosses the wire.
    public static DhtPingResponse write(Response.Pong response) {
        DhtPingResponse.Builder builder = DhtPingResponse.newBuilder();
        response.responder().ifPresent(record -> builder.setResponder(record.signed()));
        return builder.build();
    }

    /// The form that crosses the wire.
    public static FindNodeResponse write(Response.Nodes response) {
        FindNodeResponse.Builder builder = FindNodeResponse.newBuilder();
        response.peers().forEach(peer -> builder.addPeers(peer.signed()));
        return builder.build();
    }

    /// The form that crosses the wire.
    public static FindValueResponse write(Response.Value response) {
        FindValueResponse.Builder builder = FindValueResponse.newBuilder();
        response.record().ifPresent(record -> builder.setRecord(RecordRules.write(record)));
        response.peers().forEach(peer -> builder.addPeers(peer.signed()));
        return builder.build();
    }

    /// The form that crosses the wire.
    public static StoreResponse write(Response.Stored response) {
        StoreResponse.Builder builder = StoreResponse.newBuilder();
        response.rejection().ifPresent(rejection -> builder.setRejection(rejection.toWire()));
        return builder.build();
    }

    /// Records whose time ran out on the way, or that this node asks more work of, are left out;
    /// one that was forged spoils the answer.
    private Verified<List<Certified<PeerRecord>>> readPeers(List<SignedBytes> signed,
            long nowMillis) {
        if (signed.size() > mostPeers) {
            return Verified.rejected(RejectionCode.TOO_LARGE,
                    "peers: " + signed.size() + " (expected: up to " + mostPeers + ")");
        }
        List<Certified<PeerRecord>> found = new ArrayList<>();
        for (SignedBytes bytes : signed) {
            switch (peers.verify(bytes, nowMillis)) {
                case Verified.Accepted(PeerRecord record) ->
                    found.add(new Certified<>(record, bytes));
                case Verified.Rejected(Rejection rejection) -> {
                    if (isForgery(rejection.code())) {
                        return new Verified.Rejected<>(rejection);
                    }
                }
            }
        }
        return Verified.accepted(found);
    }

    private static boolean isForgery(RejectionCode code) {
        return code == RejectionCode.BAD_SIGNATURE || code == RejectionCode.UNSIGNED
                || code == RejectionCode.MALFORMED || code == RejectionCode.TOO_LARGE;
    }

    private static Verified<Hash> hash(ByteString bytes) {
        return Hash.parse(bytes).map(Verified::accepted)
                .orElseGet(() -> Verified.rejected(RejectionCode.MALFORMED,
                        "key: " + bytes.size() + " bytes (expected: 32)"));
    }

    private static Verified<RecordKind> kind(RecordKind kind) {
        return kind == RecordKind.UNRECOGNIZED || kind == RecordKind.RECORD_KIND_UNSPECIFIED
                ? Verified.rejected(RejectionCode.UNKNOWN_KIND, "record kind")
                : Verified.accepted(kind);
    }
}
