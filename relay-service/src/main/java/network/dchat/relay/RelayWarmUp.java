package network.dchat.relay;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.time.InstantSource;
import network.dchat.identity.Hash;
import network.dchat.identity.Sha256;
import network.dchat.identity.SignatureKind;
import network.dchat.identity.Signatures;
import network.dchat.identity.WalletAddress;
import network.dchat.mailbox.Inspector;
import network.dchat.mailbox.SizeBuckets;
import network.dchat.starter.node.NodeIdentity;
import network.dchat.starter.status.WarmUp;
import network.dchat.wire.v1.AttachFrame;
import network.dchat.wire.v1.Envelope;
import network.dchat.wire.v1.SignedBytes;
import network.dchat.wire.v1.Submission;
import network.dchat.wire.v1.SubmissionBatch;

/// Signs, encodes, decodes and checks submissions until the code for them is loaded and compiled.
final class RelayWarmUp implements WarmUp {
    private static final int ROUNDS = 200;

    private final NodeIdentity identity;
    private final Inspector inspector;
    private final InstantSource clock;

    RelayWarmUp(NodeIdentity identity, Inspector inspector, InstantSource clock) {
        this.identity = identity;
        this.inspector = inspector;
        this.clock = clock;
    }

    @Override
    public void warmUp() {
        Hash filler = Sha256.of(ByteString.copyFromUtf8("warm-up"));
        for (int round = 1; round <= ROUNDS; round++) {
            Envelope envelope = Envelope.newBuilder()
                    .setRecipient(filler.bytes().substring(0, WalletAddress.LENGTH))
                    .setExpiresAt(clock.millis() + Inspector.CLOCK_TOLERANCE_MILLIS)
                    .setCiphertext(ByteString.copyFrom(new byte[SizeBuckets.SMALLEST])).build();
            SignedBytes signed = Signatures
                    .sign(SignatureKind.ENVELOPE_SUBMISSION, identity.networkId(),
                            Submission.newBuilder().setEnvelope(envelope)
                                    .setCommitment(filler.bytes()).build().toByteString(),
                            identity.key());
            AttachFrame frame = AttachFrame.newBuilder()
                    .setSubmissions(SubmissionBatch.newBuilder().addSubmissions(signed)).build();
            inspector.submission(decoded(frame.toByteString()).getSubmissions().getSubmissions(0),
                    identity.key().publicKey(), clock.millis()).orElseThrow();
        }
    }

    private static AttachFrame decoded(ByteString encoded) {
        try {
            return AttachFrame.parseFrom(encoded);
        } catch (InvalidProtocolBufferException broken) {
            throw new IllegalStateException("warm-up: own frame does not decode", broken);
        }
    }
}
