package network.dchat.erasure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReedSolomonTest {

    private final ReedSolomon tenFive = new ReedSolomon(ErasureScheme.TEN_FIVE);

    @Test
    void theShardsOfAKnownObjectNeverChange() throws NoSuchAlgorithmException {
        // Both hashes were computed by an independent program.
        assertThat(sha256(tenFive.encode(known())))
                .isEqualTo("1f0f086517356e6c51733b8b1d9af19d07294db88f658faee1278473a429de98");
        ReedSolomon other = new ReedSolomon(new ErasureScheme(17, 20));
        assertThat(sha256(other.encode(known())))
                .isEqualTo("3847d5cb304ad4a328f8cc117ee2e277a50874c61a1eeef30a554f54d25abbc1");
    }

    @Test
    void everyLossOfUpToFiveOfFifteenIsRebuilt() {
        byte[] object = random(1234, 1);
        byte[][] shards = tenFive.encode(object);
        List<BitSet> losses = Losses.upTo(5, 15);

        assertThat(losses).hasSize(4944);
        for (BitSet loss : losses) {
            assertThat(tenFive.reconstruct(without(shards, loss))).isDeepEqualTo(shards);
            assertThat(tenFive.decode(without(shards, loss), object.length)).isEqualTo(object);
        }
    }

    @Test
    void everySizeRoundTrips() {
        SplittableRandom random = new SplittableRandom(2);
        for (int size = 1; size <= 2_200; size++) {
            roundTrip(tenFive, size, random);
        }
        for (int size : new int[]{5_119, 5_120, 5_121, 51_200, 65_537, 655_359, 655_360, 655_361,
                3_333_333}) {
            roundTrip(tenFive, size, random);
        }
    }

    @Test
    void otherSchemesRoundTrip() {
        SplittableRandom random = new SplittableRandom(3);
        for (ErasureScheme scheme : List.of(new ErasureScheme(1, 1), new ErasureScheme(1, 255),
                new ErasureScheme(2, 1), new ErasureScheme(5, 3), new ErasureScheme(9, 8),
                new ErasureScheme(11, 9), new ErasureScheme(20, 10), new ErasureScheme(21, 17),
                new ErasureScheme(255, 1), new ErasureScheme(200, 56))) {
            ReedSolomon code = new ReedSolomon(scheme);
            for (int size : new int[]{1, 7, 511, 512, 513, 4_099, 20_001}) {
                roundTrip(code, size, random);
            }
        }
    }

    @Test
    void whatIsPresentIsNeverChanged() {
        byte[][] shards = tenFive.encode(random(500, 4));
        byte[][] copy = Arrays.stream(shards).map(byte[]::clone).toArray(byte[][]::new);

        tenFive.reconstruct(without(shards, BitSet.valueOf(new long[]{0b100_0010_0000_0011})));
        tenFive.verify(shards);

        assertThat(shards).isDeepEqualTo(copy);
    }

    @Test
    void verifySeesOneWrongByteInAnyShard() {
        byte[][] shards = tenFive.encode(random(5_000, 5));
        assertThat(tenFive.verify(shards)).isTrue();

        for (int shard = 0; shard < 15; shard++) {
            shards[shard][499] ^= 1;
            assertThat(tenFive.verify(shards)).isFalse();
            shards[shard][499] ^= 1;
        }
    }

    @Test
    void tenShardsAreEnoughAndNineAreNot() {
        byte[] object = random(100, 6);
        byte[][] shards = tenFive.encode(object);

        assertThat(tenFive.decode(without(shards, range(5)), 100)).isEqualTo(object);
        assertThatThrownBy(() -> tenFive.decode(without(shards, range(6)), 100))
                .hasMessage("shards: 9 (expected: 10 or more)");
    }

    @Test
    void refusesShardsOfTheWrongNumberOrLength() {
        byte[][] shards = tenFive.encode(random(100, 7));
        byte[][] fourteen = Arrays.copyOf(shards, 14);
        assertThatThrownBy(() -> tenFive.reconstruct(fourteen))
                .hasMessage("shards: 14 (expected: 15)");
        assertThatThrownBy(() -> tenFive.verify(fourteen)).hasMessage("shards: 14 (expected: 15)");
        assertThatThrownBy(() -> tenFive.join(shards, 101))
                .hasMessage("shard 0: 10 bytes (expected: 11)");
        shards[12] = new byte[9];
        assertThatThrownBy(() -> tenFive.reconstruct(shards))
                .hasMessage("shard 12: 9 bytes (expected: 10)");
        assertThatThrownBy(() -> tenFive.encodeParity(shards))
                .hasMessage("shard 12: 9 bytes (expected: 10)");
        assertThatThrownBy(() -> tenFive.encodeParity(new byte[15][0]))
                .hasMessage("shard 0: 0 bytes (expected: 1)");
        assertThatThrownBy(() -> tenFive.encode(new byte[0])).hasMessageContaining("length: 0");
    }

    @Test
    void theCacheOfDecodersIsBounded() {
        DecoderCache cache = new DecoderCache(2);
        PackedKernel kernel = new PackedKernel(Matrix.of(new int[][]{{1}}));
        DecoderCache.Loss first = new DecoderCache.Loss(range(1), range(2));
        DecoderCache.Loss second = new DecoderCache.Loss(range(2), range(2));
        DecoderCache.Loss third = new DecoderCache.Loss(range(3), range(2));

        cache.keep(first, kernel);
        cache.keep(second, kernel);
        assertThat(cache.find(first)).isPresent();
        cache.keep(third, kernel);

        assertThat(cache.size()).isEqualTo(2);
        assertThat(cache.find(first)).isPresent();
        assertThat(cache.find(second)).isEmpty();
        assertThat(cache.find(third)).isPresent();
        assertThatThrownBy(() -> new DecoderCache(0)).hasMessageContaining("capacity: 0");
    }

    @Test
    void manyThreadsShareOneInstance() throws Exception {
        ReedSolomon shared = new ReedSolomon(ErasureScheme.TEN_FIVE, 2);
        byte[] object = random(3_000, 8);
        byte[][] shards = shared.encode(object);
        List<Callable<Boolean>> tasks = new ArrayList<>();
        for (BitSet loss : Losses.exactly(2, 15)) {
            tasks.add(() -> Arrays.equals(object, shared.decode(without(shards, loss), 3_000)));
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (Future<Boolean> result : threads.invokeAll(tasks)) {
                assertThat(result.get()).isTrue();
            }
        }
    }

    private static void roundTrip(ReedSolomon code, int size, SplittableRandom random) {
        byte[] object = new byte[size];
        random.nextBytes(object);
        byte[][] shards = code.encode(object);
        ErasureScheme scheme = code.scheme();
        BitSet loss = new BitSet();
        while (loss.cardinality() < scheme.parity()) {
            loss.set(random.nextInt(scheme.total()));
        }

        assertThat(shards).hasDimensions(scheme.total(), scheme.shardLength(size));
        assertThat(code.reconstruct(without(shards, loss))).isDeepEqualTo(shards);
        assertThat(code.decode(without(shards, loss), size)).isEqualTo(object);
        assertThat(code.join(shards, size)).isEqualTo(object);
        assertThat(code.verify(shards)).isTrue();
    }

    private static byte[] @Nullable [] without(byte[][] shards, BitSet loss) {
        byte[] @Nullable [] left = new byte[shards.length][];
        for (int shard = 0; shard < shards.length; shard++) {
            left[shard] = loss.get(shard) ? null : shards[shard];
        }
        return left;
    }

    private static BitSet range(int count) {
        BitSet bits = new BitSet();
        bits.set(0, count);
        return bits;
    }

    private static byte[] known() {
        byte[] object = new byte[1003];
        for (int index = 0; index < object.length; index++) {
            object[index] = (byte) (index * 31 + 7);
        }
        return object;
    }

    private static byte[] random(int size, long seed) {
        byte[] bytes = new byte[size];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    private static String sha256(byte[][] shards) throws NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (byte[] shard : shards) {
            digest.update(shard);
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
