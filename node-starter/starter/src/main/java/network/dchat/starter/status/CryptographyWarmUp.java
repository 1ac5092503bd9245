package network.dchat.starter.status;

import network.dchat.identity.SignatureKind;
import network.dchat.identity.Signatures;
import network.dchat.starter.node.NodeIdentity;
import network.dchat.wire.v1.PeerRecord;
import network.dchat.wire.v1.SignedBytes;

/// Signs and verifies until the signature engine, its self-test and the codecs are loaded.
public final class CryptographyWarmUp implements WarmUp {
    private static final int ROUNDS = 200;

    private final NodeIdentity identity;

    /// A warm-up with the node's own key.
    public CryptographyWarmUp(NodeIdentity identity) {
        this.identity = identity;
    }

    @Override
    public void warmUp() {
        for (int round = 0; round < ROUNDS; round++) {
            PeerRecord body = PeerRecord.newBuilder().setSequence(round).build();
            SignedBytes signed = Signatures.sign(SignatureKind.PEER_RECORD, identity.networkId(),
                    body.toByteString(), identity.key());
            if (!Signatures.verify(SignatureKind.PEER_RECORD, identity.networkId(), signed)) {
                throw new IllegalStateException(
                        "signature engine: own signature refused (expected: accepted)");
            }
        }
    }
}
