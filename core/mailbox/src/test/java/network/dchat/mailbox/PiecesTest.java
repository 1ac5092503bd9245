package network.dchat.mailbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import network.dchat.simulation.Generator;
import network.dchat.simulation.Seeds;
import org.junit.jupiter.api.Test;

/// The small pieces: buckets, rates, rings, id memory, tokens.
class PiecesTest {
    private static final long NOW = People.EPOCH;

    @Test
    void padsToPowersOfTwo() {
        assertThat(SizeBuckets.fitting(0)).hasValue(512);
        assertThat(SizeBuckets.fitting(512)).hasValue(512);
        assertThat(SizeBuckets.fitting(513)).hasValue(1024);
        assertThat(SizeBuckets.fitting(64 * 1024)).hasValue(64 * 1024);
        assertThat(SizeBuckets.fitting(64 * 1024 + 1)).isEmpty();
        assertThat(SizeBuckets.isBucket(2048)).isTrue();
        assertThat(SizeBuckets.isBucket(2047)).isFalse();
        assertThat(SizeBuckets.isBucket(256)).isFalse();
        assertThat(SizeBuckets.isBucket(128 * 1024)).isFalse();
    }

    @Test
    void givesABurstAndThenTheRate() {
        TokenBuckets rates = new TokenBuckets(10, 2, 100);
        for (int taken = 0; taken < 20; taken++) {
            assertThat(rates.take(People.address("alice"), NOW)).isZero();
        }
        assertThat(rates.take(People.address("alice"), NOW)).isEqualTo(100);
        assertThat(rates.take(People.address("bob"), NOW)).isZero();
        assertThat(rates.take(People.address("alice"), NOW + 99)).isPositive();
        assertThat(rates.take(People.address("alice"), NOW + 200)).isZero();
        rates.sweep(NOW + 60_000);
        assertThat(rates.users()).isZero();
    }

    @Test
    void remembersNoMoreUsersThanItsLimit() {
        TokenBuckets rates = new TokenBuckets(1, 1, 2);
        for (String user : List.of("alice", "bob", "carol")) {
            rates.take(People.address(user), NOW);
        }
        assertThat(rates.users()).isEqualTo(2);
    }

    @Seeds(count = 50)
    void keepsEntriesAsASortedMapWould(Generator random) {
        Sequences ring = new Sequences();
        TreeMap<Long, long[]> model = new TreeMap<>();
        long next = 1;
        for (int step = 0; step < 300; step++) {
            long number = random.evenly(0, (int) next + 1);
            switch (random.evenly(0, 5)) {
                case 0 -> {
                    ring.removeThrough(number);
                    model.headMap(number, true).clear();
                }
                case 1 -> {
                    ring.removeExpired(number);
                    model.values().removeIf(entry -> entry[0] <= number);
                }
                case 2 -> {
                    assertThat(ring.remove(number)).isEqualTo(model.remove(number) != null);
                }
                default -> {
                    next += random.evenly(1, 3);
                    long expiry = random.evenly(0, 500);
                    ring.add(next, expiry, step);
                    model.put(next, new long[]{expiry, step});
                }
            }
            assertThat(ring.count()).isEqualTo(model.size());
            assertThat(ring.bytes())
                    .isEqualTo(model.values().stream().mapToLong(entry -> entry[1]).sum());
            int index = ring.firstAfter(number);
            assertThat(index).isEqualTo(model.headMap(number, true).size());
            if (index < ring.count()) {
                assertThat(ring.number(index)).isEqualTo(model.higherKey(number));
            }
        }
    }

    @Seeds(count = 20)
    void remembersTheLastIds(Generator random) {
        int capacity = random.evenly(1, 3_000);
        SeenIds seen = new SeenIds(capacity, random.evenly(0, 1_000_000));
        List<ByteString> added = new ArrayList<>();
        for (int number = 0; number < 5_000; number++) {
            ByteString id = People.hash("id" + number).bytes();
            assertThat(seen.add(id)).isTrue();
            added.add(id);
        }
        assertThat(seen.size()).isEqualTo(Math.min(capacity, 5_000));
        for (int number = 0; number < 5_000; number++) {
            assertThat(seen.contains(added.get(number))).isEqualTo(number >= 5_000 - capacity);
        }
        assertThat(seen.add(added.getLast())).isFalse();
    }

    @Test
    void keepsBodiesUpToItsBytes() {
        BodyCache<Integer> cache = new BodyCache<>(10);
        cache.put(1, ByteString.copyFromUtf8("12345"));
        cache.put(2, ByteString.copyFromUtf8("12345"));
        assertThat(cache.get(1)).isNotNull();
        cache.put(3, ByteString.copyFromUtf8("1"));
        assertThat(cache.get(2)).isNull();
        assertThat(cache.bytes()).isEqualTo(6);
        cache.put(4, ByteString.copyFromUtf8("12345678901"));
        assertThat(cache.get(4)).isNull();
    }

    @Test
    void opensOnlyItsOwnTokensWhileTheyAreValid() {
        ReturnTokens tokens = new ReturnTokens(People.hash("key").bytes(),
                People.hash("life").bytes());
        List<ByteString> sealed = tokens.seal(People.address("alice"), NOW + 1, 2);
        assertThat(sealed.get(0)).isNotEqualTo(sealed.get(1)).hasSize(ReturnTokens.LENGTH);
        assertThat(tokens.open(sealed.get(0), NOW)).contains(People.address("alice"));
        assertThat(tokens.open(sealed.get(0), NOW + 1)).isEmpty();
        assertThat(new ReturnTokens(People.hash("key").bytes(), People.hash("next life").bytes())
                .open(sealed.get(1), NOW)).contains(People.address("alice"));
        assertThat(new ReturnTokens(People.hash("other").bytes(), People.hash("life").bytes())
                .open(sealed.get(1), NOW)).isEmpty();
        assertThat(tokens.open(ByteString.EMPTY, NOW)).isEmpty();
        for (int index = 0; index < ReturnTokens.LENGTH; index++) {
            byte[] bytes = sealed.getFirst().toByteArray();
            bytes[index] ^= 1;
            assertThat(tokens.open(ByteString.copyFrom(bytes), NOW)).isEmpty();
        }
    }

    @Test
    void refusesLimitsOutOfRange() {
        assertThatThrownBy(() -> new MailboxLimits.BatchLimits(257, 50, 100, 1_000, 10, 1_000))
                .hasMessage("commitments: 257 (expected: 1 to 256)");
        assertThatThrownBy(() -> new MailboxLimits.LinkLimits(101, 1 << 20, 10, 1_000, 1_000, 1, 1))
                .hasMessage("frame items: 101 (expected: 1 to 100)");
        assertThat(MailboxLimits.defaults().users().submissionsPerSecond()).isEqualTo(10);
        assertThat(MailboxLimits.defaults().users().burstFactor()).isEqualTo(2);
    }
}
