package network.dchat.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import network.dchat.identity.GenesisIdentity;
import network.dchat.identity.Hash;
import network.dchat.identity.NetworkId;
import network.dchat.identity.Sha256;
import network.dchat.wire.v1.Envelope;
import org.junit.jupiter.api.Test;

class OpeningTest {
    private static final NetworkId NETWORK = GenesisIdentity.of(Samples.genesis()).networkId();
    private static final ByteString SECRET = Samples.hash("secret").bytes();

    @Test
    void theMessageIdIsTheTaggedHashOfItsParts() {
        Envelope envelope = Envelope.newBuilder().setRecipient(Samples.address("bob").bytes())
                .setExpiresAt(0x0102030405060708L).setCiphertext(ByteString.copyFromUtf8("sealed"))
                .build();
        Hash ciphertext = Sha256.of(ByteString.copyFromUtf8("dchat/ciphertext/1"),
                ByteString.copyFromUtf8("sealed"));
        Hash expected = Sha256.of(ByteString.copyFromUtf8("dchat/envelope/1"), NETWORK.bytes(),
                Samples.address("bob").bytes(),
                ByteString.copyFrom(new byte[]{1, 2, 3, 4, 5, 6, 7, 8}), ciphertext.bytes());
        assertThat(MessageId.of(NETWORK, envelope)).hasValue(new MessageId(expected));
        assertThat(MessageId.of(NETWORK, envelope.toBuilder().clearRecipient().build())).isEmpty();
    }

    @Test
    void everyPartOfTheEnvelopeChangesTheId() {
        Envelope envelope = Envelope.newBuilder().setRecipient(Samples.address("bob").bytes())
                .setExpiresAt(5).setCiphertext(ByteString.copyFromUtf8("sealed")).build();
        MessageId id = MessageId.of(NETWORK, envelope).orElseThrow();
        for (Envelope changed : Mutations.of(envelope)) {
            assertThat(MessageId.of(NETWORK, changed)).isNotEqualTo(java.util.Optional.of(id));
        }
        NetworkId other = GenesisIdentity.of(Samples.genesis("other")).networkId();
        assertThat(MessageId.of(other, envelope)).isNotEqualTo(java.util.Optional.of(id));
    }

    @Test
    void theCommitmentOpensWithTheHashAndTheClaimKeyOnly() {
        Opening opening = Opening.of(new MessageId(Samples.hash("message")), SECRET);
        assertThat(opening.hash()).isEqualTo(Sha256.of(ByteString.copyFromUtf8("dchat/opening/1"),
                Samples.hash("message").bytes(), opening.blinding().bytes()));
        assertThat(opening.commitment().value())
                .isEqualTo(Sha256.of(ByteString.copyFromUtf8("dchat/order/1"),
                        opening.hash().bytes(), opening.claimKey().bytes()));
        assertThat(OrderCommitment.of(opening.hash(), opening.claimKey()))
                .isEqualTo(opening.commitment());
    }

    @Test
    void theSecretGivesTheSameKeysAlwaysAndOthersForAnother() {
        assertThat(ClaimKey.derive(SECRET)).isEqualTo(ClaimKey.derive(SECRET));
        assertThat(ClaimKey.blinding(SECRET))
                .isNotEqualTo(new Hash(ClaimKey.derive(SECRET).seed()));
        ByteString other = Samples.hash("other").bytes();
        assertThat(ClaimKey.derive(SECRET)).isNotEqualTo(ClaimKey.derive(other));
        assertThat(ClaimKey.blinding(SECRET)).isNotEqualTo(ClaimKey.blinding(other));
        assertThatThrownBy(() -> ClaimKey.derive(SECRET.substring(1)))
                .hasMessage("secret: 31 bytes (expected: 32 bytes)");
    }
}
