package network.dchat.gossip;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import network.dchat.identity.AddressScope;
import network.dchat.identity.Hash;
import network.dchat.identity.Multiaddr;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PeerId;
import network.dchat.identity.Rejection;
import network.dchat.identity.Sha256;
import network.dchat.identity.SignatureKind;
import network.dchat.identity.Signatures;
import network.dchat.identity.SigningKey;
import network.dchat.identity.Verified;
import network.dchat.wire.v1.GossipBody;
import network.dchat.wire.v1.GossipFrame;
import network.dchat.wire.v1.GossipKind;
import network.dchat.wire.v1.GossipMessage;
import network.dchat.wire.v1.GossipRefusal;
import network.dchat.wire.v1.PeerRecord;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SignedBytes;

/// Frames as they travel. Reading checks sizes first, then signatures; it is a pure function and
/// may run on many threads, before the core.
public final class FrameCodec {
    /// What a signed body may be larger than its payload.
    private static final int BODY_OVERHEAD = 64;

    private FrameCodec() {}

    /// Finds the rumor of an id that was verified a short while ago, so that the copies of a rumor
    /// that come over other links cost no signature.
    @FunctionalInterface
    public interface Known {
        /// The rumor, where it is remembered.
        Optional<Rumor> find(Hash id);
    }

    /// A frame without the rumors that did not hold, and what was wrong with these.
    ///
    /// @param frame what holds
    /// @param faults one per rumor left out; no honest neighbour passes on such a one
    public record Reading(Frame frame, List<Rejection> faults) {
        /// Copies the list.
        public Reading {
            faults = List.copyOf(faults);
        }
    }

    /// Signs a rumor of our own.
    public static Rumor sign(GossipBody body, NetworkId network, SigningKey key) {
        SignedBytes signed = Signatures.sign(SignatureKind.GOSSIP, network, body.toByteString(),
                key);
        return read(signed, network).orElseThrow();
    }

    /// A rumor from a stranger: size, signature, encoding, kind.
    public static Verified<Rumor> read(SignedBytes signed, NetworkId network) {
        if (signed.getBody().size() > GossipLimits.MAXIMUM_PAYLOAD + BODY_OVERHEAD) {
            return Verified.rejected(RejectionCode.TOO_LARGE,
                    "gossip: " + signed.getBody().size() + " bytes (expected: up to "
                            + (GossipLimits.MAXIMUM_PAYLOAD + BODY_OVERHEAD) + ")");
        }
        return Signatures.signer(SignatureKind.GOSSIP, network, signed)
                .then(signer -> decode(new PeerId(signer), signed));
    }

    private static Verified<Rumor> decode(PeerId origin, SignedBytes signed) {
        GossipBody body;
        try {
            body = GossipBody.parseFrom(signed.getBody());
        } catch (InvalidProtocolBufferException _) {
            return Verified.rejected(RejectionCode.MALFORMED, "gossip: body");
        }
        if (body.getKind() == GossipKind.UNRECOGNIZED
                || body.getKind() == GossipKind.GOSSIP_KIND_UNSPECIFIED) {
            return Verified.rejected(RejectionCode.UNKNOWN_KIND,
                    "gossip: kind " + body.getKindValue());
        }
        if (body.getPayload().size() > GossipLimits.MAXIMUM_PAYLOAD) {
            return Verified.rejected(RejectionCode.TOO_LARGE,
                    "gossip: payload of " + body.getPayload().size() + " bytes (expected: up to "
                            + GossipLimits.MAXIMUM_PAYLOAD + ")");
        }
        if (body.getSequence() < 0 || body.getSentAt() < 0) {
            return Verified.rejected(RejectionCode.INVALID, "gossip: negative sequence or time");
        }
        return scope(origin, body).then(scope -> Verified
                .accepted(new Rumor(Sha256.of(signed.getBody()), origin, body.getKind(),
                        body.getSequence(), body.getSentAt(), body.getPayload(), scope, signed)));
    }

    /// To whom a rumor may be told. A node announces only its own record; whether that one holds is
    /// for those who use it.
    private static Verified<AddressScope> scope(PeerId origin, GossipBody body) {
        if (body.getKind() != GossipKind.PEER_ANNOUNCEMENT) {
            return Verified.accepted(AddressScope.PUBLIC);
        }
        try {
            SignedBytes announced = SignedBytes.parseFrom(body.getPayload());
            if (!announced.getPublicKey().equals(origin.publicKey().bytes())) {
                return Verified.rejected(RejectionCode.NOT_AUTHORISED,
                        "gossip: announces another peer");
            }
            return Verified.accepted(PeerRecord.parseFrom(announced.getBody()).getAddressesList()
                    .stream().flatMap(address -> Multiaddr.parse(address).stream())
                    .map(Multiaddr::scope).min(Comparator.naturalOrder())
                    .orElse(AddressScope.PUBLIC));
        } catch (InvalidProtocolBufferException _) {
            return Verified.rejected(RejectionCode.MALFORMED, "gossip: announcement");
        }
    }

    /// A frame from a neighbour. A frame over one of its limits is refused as a whole; so is one
    /// with an id that is not 32 bytes.
    public static Verified<Reading> read(GossipFrame frame, NetworkId network, Known known) {
        if (frame.getMessagesCount() > GossipLimits.MAXIMUM_FRAME_RUMORS
                || frame.getHaveCount() > GossipLimits.MAXIMUM_FRAME_HAVE
                || frame.getWantCount() > GossipLimits.MAXIMUM_FRAME_WANT
                || frame.getRefusedCount() > GossipLimits.MAXIMUM_FRAME_WANT) {
            return Verified.rejected(RejectionCode.TOO_LARGE,
                    "gossip frame: " + frame.getMessagesCount() + " messages, "
                            + frame.getHaveCount() + " have, " + frame.getWantCount() + " want, "
                            + frame.getRefusedCount() + " refused");
        }
        List<Arrival> arrivals = new ArrayList<>();
        List<Rejection> faults = new ArrayList<>();
        for (GossipMessage message : frame.getMessagesList()) {
            SignedBytes signed = message.getMessage();
            Optional<Rumor> seen = known.find(Sha256.of(signed.getBody()));
            Verified<Rumor> rumor = seen.<Verified<Rumor>>map(Verified::accepted)
                    .orElseGet(() -> read(signed, network));
            rumor.toOptional()
                    .ifPresent(value -> arrivals.add(new Arrival(value, message.getTtl())));
            rumor.refusal().ifPresent(faults::add);
        }
        return hashes(frame.getHaveList()).then(have -> hashes(frame.getWantList())
                .then(want -> refusals(frame.getRefusedList()).then(refused -> Verified
                        .accepted(new Reading(new Frame(arrivals, have, want, refused), faults)))));
    }

    /// The form that crosses the wire.
    public static GossipFrame write(Frame frame) {
        GossipFrame.Builder builder = GossipFrame.newBuilder();
        for (Arrival arrival : frame.arrivals()) {
            builder.addMessages(GossipMessage.newBuilder().setMessage(arrival.rumor().signed())
                    .setTtl(arrival.ttl()));
        }
        frame.have().forEach(id -> builder.addHave(id.bytes()));
        frame.want().forEach(id -> builder.addWant(id.bytes()));
        for (Refusal refusal : frame.refused()) {
            builder.addRefused(GossipRefusal.newBuilder().setId(refusal.id().bytes())
                    .setRejection(refusal.rejection().toWire().toBuilder()
                            .setRetryAfterMillis(refusal.retryAfterMillis())));
        }
        return builder.build();
    }

    private static Verified<List<Hash>> hashes(List<ByteString> ids) {
        List<Hash> hashes = new ArrayList<>(ids.size());
        for (ByteString id : ids) {
            Optional<Hash> hash = Hash.parse(id);
            if (hash.isEmpty()) {
                return Verified.rejected(RejectionCode.MALFORMED,
                        "gossip frame: id of " + id.size() + " bytes (expected: 32)");
            }
            hashes.add(hash.get());
        }
        return Verified.accepted(hashes);
    }

    private static Verified<List<Refusal>> refusals(List<GossipRefusal> refused) {
        List<Refusal> refusals = new ArrayList<>(refused.size());
        for (GossipRefusal refusal : refused) {
            Optional<Hash> id = Hash.parse(refusal.getId());
            RejectionCode code = refusal.getRejection().getCode();
            if (id.isEmpty() || code == RejectionCode.UNRECOGNIZED
                    || code == RejectionCode.REJECTION_CODE_UNSPECIFIED) {
                return Verified.rejected(RejectionCode.MALFORMED, "gossip frame: refusal");
            }
            refusals.add(
                    new Refusal(id.get(), new Rejection(code, refusal.getRejection().getReason()),
                            Math.max(0, refusal.getRejection().getRetryAfterMillis())));
        }
        return Verified.accepted(refusals);
    }
}
