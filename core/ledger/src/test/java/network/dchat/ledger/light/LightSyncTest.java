package network.dchat.ledger.light;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import network.dchat.ledger.light.LightSync.Step;
import network.dchat.ledger.light.LightSync.Way;
import network.dchat.simulation.Generator;
import network.dchat.simulation.Seeds;
import network.dchat.wire.v1.LightBlock;
import org.junit.jupiter.api.Test;

class LightSyncTest {
    private final List<Long> asked = new ArrayList<>();
    private final Instant now = LightChain.time(200);

    @Test
    void skipsToTheTargetAtOnceWhileTheValidatorsStay() {
        LightChain chain = LightChain.steady();
        Step end = run(chain, 1, 150, Way.SKIPPING, 10);
        assertThat(end).isInstanceOf(Step.Done.class);
        assertThat(asked).containsExactly(150L);
    }

    @Test
    void halvesTheWayWhereTheValidatorsChange() {
        LightChain chain = LightChain.rolling(6);
        assertThat(run(chain, 1, 17, Way.SKIPPING, 100)).isInstanceOfSatisfying(Step.Done.class,
                done -> {
                    assertThat(done.target().height()).isEqualTo(17);
                    assertThat(done.path()).extracting(TrustedBlock::height).isSorted()
                            .doesNotHaveDuplicates().endsWith(17L);
                });
        assertThat(asked).startsWith(17L, 9L, 5L).hasSizeLessThan(12);
    }

    @Test
    void goesOneByOneEvenWhenAllValidatorsChangeAtOnce() {
        LightChain chain = LightChain.rolling(1);
        assertThat(run(chain, 1, 9, Way.SEQUENTIAL, 100)).isInstanceOf(Step.Done.class);
        assertThat(asked).containsExactly(2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
        asked.clear();
        assertThat(run(chain, 1, 9, Way.SKIPPING, 100)).isInstanceOf(Step.Done.class);
        assertThat(asked).startsWith(9L, 5L, 3L, 2L).doesNotHaveDuplicates();
    }

    @Test
    void asksForNoMoreThanItMay() {
        LightChain chain = LightChain.rolling(1);
        assertThat(run(chain, 1, 9, Way.SEQUENTIAL, 8)).isInstanceOf(Step.Done.class);
        assertThat(run(chain, 1, 9, Way.SEQUENTIAL, 7)).isEqualTo(new Step.TooFar(7));
        asked.clear();
        assertThat(run(chain, 1, 9, Way.SKIPPING, 3)).isEqualTo(new Step.TooFar(3));
        assertThat(asked).hasSize(3);
    }

    @Test
    void stopsAtABlockThatIsInvalid() {
        LightChain chain = LightChain.rolling(6);
        LightSync sync = sync(chain, 1, 17, Way.SKIPPING, 100);
        assertThat(sync.supply(chain.block(17), now)).isEqualTo(new Step.Fetch(9));
        assertThat(sync.supply(chain.block(8), now)).isInstanceOfSatisfying(Step.Failed.class,
                failed -> assertThat(failed.height()).isEqualTo(9));
        assertThatThrownBy(() -> sync.supply(chain.block(9), now))
                .isInstanceOf(IllegalStateException.class);
        LightSync other = sync(chain, 1, 17, Way.SKIPPING, 100);
        LightBlock.Builder broken = chain.block(17).toBuilder();
        broken.getValidatorSetBuilder().clearValidators();
        assertThat(other.supply(broken.build(), now)).isInstanceOf(Step.Failed.class);
    }

    @Test
    void refusesATargetThatIsNotAbove() {
        LightChain chain = LightChain.steady();
        assertThatThrownBy(() -> sync(chain, 5, 5, Way.SKIPPING, 1))
                .hasMessageContaining("target: 5 (expected: above 5)");
    }

    /// Both ways come to the same header, whatever happens to the validators.
    @Seeds(count = 60)
    void everyHonestChainIsFollowedToItsEnd(Generator generator) {
        int last = generator.evenly(3, 20);
        List<Map<String, Long>> powers = new ArrayList<>();
        Map<String, Long> members = new LinkedHashMap<>(LightChain.of("a", "b", "c"));
        for (int height = 0; height <= last + 1; height++) {
            switch (generator.evenly(0, 3)) {
                case 0 -> members.put("m" + generator.evenly(0, 9), (long) generator.evenly(1, 60));
                case 1 -> {
                    if (members.size() > 1) {
                        members.remove(members.keySet().iterator().next());
                    }
                }
                default -> {
                }
            }
            powers.add(Map.copyOf(members));
        }
        LightChain chain = new LightChain("random", powers::get);
        assertThat(run(chain, 1, last, Way.SEQUENTIAL, 20)).isInstanceOf(Step.Done.class);
        int sequential = asked.size();
        asked.clear();
        assertThat(run(chain, 1, last, Way.SKIPPING, 1_000)).isInstanceOf(Step.Done.class);
        assertThat(asked).doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(sequential);
    }

    private Step run(LightChain chain, long from, long target, Way way, int most) {
        LightSync sync = sync(chain, from, target, way, most);
        while (sync.step() instanceof Step.Fetch(long height)) {
            asked.add(height);
            sync.supply(chain.block(height), now);
        }
        return sync.step();
    }

    private static LightSync sync(LightChain chain, long from, long target, Way way, int most) {
        return new LightSync(chain.trusted(from), target, way,
                new LightSettings(Duration.ofDays(14), TrustLevel.ONE_THIRD, Duration.ZERO, most));
    }
}
