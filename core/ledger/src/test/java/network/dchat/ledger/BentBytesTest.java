package network.dchat.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import network.dchat.identity.Hash;
import network.dchat.identity.NetworkId;
import network.dchat.identity.Verified;
import network.dchat.identity.WalletAddress;
import network.dchat.simulation.Mutator;
import network.dchat.simulation.Seed;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.StateEntry;
import network.dchat.wire.v1.StateSnapshot;
import org.junit.jupiter.api.Test;

/// Whatever is read from strangers or from the disk, bent: it is refused in the way that its reader
/// promises, or says something that holds. Longer by `-Dfuzz.rounds=10000`; a failure names its
/// seed.
class BentBytesTest {
    private static final int ROUNDS = Integer.getInteger("fuzz.rounds", 60);
    private static final int EACH = 50;
    private static final Genesis GENESIS = Samples.genesis();
    private static final NetworkId NETWORK = GenesisRules.networkId(GENESIS);
    private static final long EXPIRES = Samples.GENESIS_MILLIS + 86_400_000;

    private final TestChain chain = new TestChain(GENESIS);

    @Test
    void aGenesisHasAFaultOrBeginsAChain() {
        int begun = fuzz(90_000, List.of(GENESIS.toByteArray()), bytes -> {
            Genesis genesis = Genesis.parseFrom(bytes);
            if (GenesisRules.fault(genesis).isPresent()) {
                return false;
            }
            ChainState state = ChainState.genesis(genesis);
            assertThat(ChainState.fromBytes(state.toBytes()).root()).isEqualTo(state.root());
            return true;
        });
        assertThat(begun).isPositive();
    }

    @Test
    void aStateIsRefusedOrWritesWhatItRead() {
        chain.decide(List.of());
        chain.decide(List.of(order("relay1", "a"), order("relay2", "b")));
        int read = fuzz(91_000, List.of(chain.state().toBytes().toByteArray()), bytes -> {
            ChainState state;
            try {
                state = ChainState.fromBytes(ByteString.copyFrom(bytes));
            } catch (IllegalArgumentException _) {
                return false;
            }
            ByteString written = state.toBytes();
            assertThat(ChainState.fromBytes(written).toBytes()).isEqualTo(written);
            assertThat(state.check(order("relay1", "a"))).isNotNull();
            return true;
        });
        assertThat(read).isPositive();
    }

    @Test
    void aStateWhoseUnitsDoNotAddUpIsRefusedAsAnyOther() throws Exception {
        StateSnapshot snapshot = StateSnapshot.parseFrom(chain.state().toBytes());
        for (long minted : new long[]{0, -1, Long.MAX_VALUE}) {
            StateSnapshot.Builder bent = snapshot.toBuilder();
            for (int index = 0; index < bent.getEntriesCount(); index++) {
                StateEntry entry = StateEntry.parseFrom(bent.getEntries(index));
                if (entry.hasSupply()) {
                    bent.setEntries(
                            index, entry
                                    .toBuilder().setSupply(entry.getSupply().toBuilder()
                                            .setMinted(minted).setBurnt(minted))
                                    .build().toByteString());
                }
            }
            assertThatThrownBy(() -> ChainState.fromBytes(bent.build().toByteString()))
                    .as("minted " + minted).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aTransactionIsRefusedOrWasSigned() {
        List<byte[]> signed = List
                .of(order("relay1", "a").encoded().toByteArray(),
                        order("relay2", "b").encoded().toByteArray(),
                        Transactions
                                .deliveryRoot(NETWORK, Samples.key("relay2"), 2,
                                        Samples.hash("root"), List.of(new OrderPosition(2, 1, 5)))
                                .encoded().toByteArray());
        List<Hash> hashes = signed.stream().map(ByteString::copyFrom).map(Blocks::transactionHash)
                .toList();
        fuzz(92_000, signed, bytes -> {
            List<Verified<Transaction>> answers = Transactions.verifyAll(NETWORK,
                    List.of(ByteString.copyFrom(bytes), ByteString.copyFrom(signed.getFirst())));
            assertThat(answers.get(1).toOptional()).isPresent();
            Optional<Transaction> accepted = answers.getFirst().toOptional();
            accepted.ifPresent(each -> {
                assertThat(hashes).contains(each.hash());
                assertThat(chain.state().check(each)).isNotNull();
            });
            return accepted.isPresent();
        });
    }

    @Test
    void aProofFailsOrShowsTheSame() {
        chain.decide(List.of());
        Opening opening = Opening.of(
                MessageId.of(NETWORK, bob(), EXPIRES, Samples.hash("ciphertext")),
                Samples.hash("secret").bytes());
        chain.decide(List.of(Transactions.orderBatch(NETWORK, Samples.key("relay1"), 1,
                List.of(opening.commitment()))));
        byte[] proof = PortableProofs
                .assemble(
                        PortableProofs.order(opening, bob(), EXPIRES, Samples.hash("ciphertext"),
                                PortableProofs.finality(opening.commitment(), chain.block(2), 0,
                                        0)),
                        Optional.empty(), List.of(PortableProofs.lightBlock(chain.block(1))))
                .toByteArray();
        PortableProofVerifier verifier = PortableProofVerifier.of(GENESIS);
        ProofReport good = verifier.verify(ByteString.copyFrom(proof));
        assertThat(good.isValid()).as(good.toString()).isTrue();
        int shown = fuzz(93_000, List.of(proof), bytes -> {
            ProofReport report = verifier.verify(ByteString.copyFrom(bytes));
            if (report.isValid()) {
                assertThat(report.ordered()).isEqualTo(good.ordered());
                assertThat(report.delivered()).isEmpty();
            }
            return report.isValid();
        });
        assertThat(shown).isPositive();
    }

    private static WalletAddress bob() {
        return WalletAddress.of(Samples.key("bob").publicKey());
    }

    private static Transaction order(String relay, String name) {
        return Transactions.orderBatch(NETWORK, Samples.key(relay), 1,
                Samples.commitments(name, 2));
    }

    /// A reader of bent bytes; true when it took them.
    @FunctionalInterface
    private interface Reader {
        boolean takes(byte[] bytes) throws InvalidProtocolBufferException;
    }

    /// How many of the bent bytes were taken.
    private static int fuzz(long first, List<byte[]> samples, Reader reader) {
        int taken = 0;
        int undecodable = 0;
        for (int round = 1; round <= ROUNDS; round++) {
            long seed = first + round;
            Mutator mutator = new Mutator(Seed.of(seed).generator());
            for (int count = 0; count < EACH; count++) {
                byte[] bent = mutator.mutate(samples.get(count % samples.size()), samples);
                try {
                    taken += reader.takes(bent) ? 1 : 0;
                } catch (InvalidProtocolBufferException _) {
                    undecodable++;
                } catch (RuntimeException | AssertionError broken) {
                    throw new AssertionError(
                            "fuzz seed " + seed + ", bytes " + HexFormat.of().formatHex(bent),
                            broken);
                }
            }
        }
        assertThat(undecodable).isLessThan(ROUNDS * EACH);
        return taken;
    }
}
