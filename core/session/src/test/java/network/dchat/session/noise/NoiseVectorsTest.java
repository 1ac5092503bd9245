package network.dchat.session.noise;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/// Our handshakes give the bytes that other implementations published.
class NoiseVectorsTest {
    private static final int PATTERNS = 59;
    private static final int SUITES = 4;

    @Test
    void agreesWithEveryPublishedVectorOfOurPrimitives() throws NoiseException {
        Optional<Path> file = NoiseVector.file();
        Assumptions.assumeTrue(file.isPresent(), "no published vectors beside the sources");
        int passed = 0;
        TreeSet<String> skipped = new TreeSet<>();
        for (NoiseVector vector : NoiseVector.read(file.orElseThrow())) {
            String[] parts = vector.protocol().split("_", -1);
            if (parts[2].equals("448") || parts[4].startsWith("BLAKE2")) {
                skipped.add(parts[2] + " " + parts[4]);
                continue;
            }
            run(vector);
            passed++;
        }
        assertThat(passed).isEqualTo(PATTERNS * SUITES);
        assertThat(skipped).containsExactly("25519 BLAKE2b", "25519 BLAKE2s", "448 BLAKE2b",
                "448 BLAKE2s", "448 SHA256", "448 SHA512");
    }

    private static void run(NoiseVector vector) throws NoiseException {
        ProtocolName protocol = ProtocolName.of(vector.protocol());
        HandshakeState initiator = new HandshakeState(protocol, Role.INITIATOR,
                keys(vector, "init"), vector.field("init_prologue").orElseThrow());
        HandshakeState responder = new HandshakeState(protocol, Role.RESPONDER,
                keys(vector, "resp"), vector.field("resp_prologue").orElseThrow());
        int index = 0;
        while (!initiator.isFinished()) {
            boolean initiatorWrites = index % 2 == 0;
            HandshakeState writer = initiatorWrites ? initiator : responder;
            HandshakeState reader = initiatorWrites ? responder : initiator;
            ByteString message = writer.writeMessage(vector.payloads().get(index));
            assertThat(message).as(vector.protocol()).isEqualTo(vector.ciphertexts().get(index));
            assertThat(reader.readMessage(message)).isEqualTo(vector.payloads().get(index));
            index++;
        }
        ByteString hash = vector.field("handshake_hash").orElseThrow();
        assertThat(initiator.handshakeHash()).as(vector.protocol()).isEqualTo(hash);
        assertThat(responder.handshakeHash()).as(vector.protocol()).isEqualTo(hash);
        assertThat(initiator.export("test", 2)).isEqualTo(responder.export("test", 2));
        transport(vector, index, initiator.split(), responder.split());
    }

    private static void transport(NoiseVector vector, int first, Transport initiator,
            Transport responder) throws NoiseException {
        assertThat(vector.payloads()).hasSizeGreaterThan(first);
        for (int index = first; index < vector.payloads().size(); index++) {
            boolean initiatorWrites = first == 1 || index % 2 == 0;
            Transport writer = initiatorWrites ? initiator : responder;
            Transport reader = initiatorWrites ? responder : initiator;
            ByteString payload = vector.payloads().get(index);
            ByteString message = writer.sending().encrypt(ByteString.EMPTY, payload);
            assertThat(message).as(vector.protocol()).isEqualTo(vector.ciphertexts().get(index));
            assertThat(reader.receiving().decrypt(ByteString.EMPTY, message)).isEqualTo(payload);
        }
    }

    private static HandshakeKeys keys(NoiseVector vector, String side) {
        HandshakeKeys keys = HandshakeKeys.none();
        Optional<X25519KeyPair> staticKey = vector.field(side + "_static").map(KeyPairs::of);
        Optional<X25519KeyPair> ephemeral = vector.field(side + "_ephemeral").map(KeyPairs::of);
        Optional<ByteString> remote = vector.field(side + "_remote_static");
        if (staticKey.isPresent()) {
            keys = keys.withStatic(staticKey.get());
        }
        if (ephemeral.isPresent()) {
            keys = keys.withEphemeral(ephemeral.get());
        }
        if (remote.isPresent()) {
            keys = keys.withRemoteStatic(new X25519PublicKey(remote.get()));
        }
        List<Secret> presharedKeys = vector.fields(side + "_psks").stream().map(Secret::of)
                .toList();
        return keys.withPresharedKeys(presharedKeys);
    }
}
