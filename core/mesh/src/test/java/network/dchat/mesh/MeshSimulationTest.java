package network.dchat.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import network.dchat.identity.PeerId;
import network.dchat.simulation.FaultPlan;
import network.dchat.simulation.Generator;
import network.dchat.simulation.NetworkSettings;
import network.dchat.simulation.Seed;
import network.dchat.simulation.Seeds;
import network.dchat.simulation.SimulationSettings;

class MeshSimulationTest {
    private static final SimulationSettings CALM = SimulationSettings.defaults();
    private static final SimulationSettings WIDE = CALM.withNetwork(NetworkSettings.wideArea());

    @Seeds(count = 60)
    void survivesTheLossOfAnyFiveOfFifteen(Seed seed, Generator random) {
        MeshWorld world = new MeshWorld(seed, WIDE, 15);
        ObjectId small = world.put("a", random.between(1, 20_000));
        ObjectId large = world.put("b", random.between(655_000, 670_000));
        world.runUntilSettled(small, 2_000);
        world.runUntilSettled(large, 5_000);
        assertThat(world.stored(small).orElseThrow().isComplete()).isTrue();
        assertThat(world.settled(large).orElseThrow().durable()).hasSize(15);

        lose(world, random.sample(world.storageNodes(), 5), random);

        world.assertReadable(20_000);
    }

    private static void lose(MeshWorld world, List<String> nodes, Generator random) {
        for (String node : nodes) {
            switch (random.evenly(0, 3)) {
                case 0 -> world.simulation.crash(node);
                case 1 -> world.simulation.hang(node);
                case 2 -> world.simulation.network().isolate(node);
                default -> {
                    world.simulation.wipe(node);
                    world.simulation.restart(node, 1);
                }
            }
        }
    }

    @Seeds(count = 60)
    void doesNotWaitForStragglers(Seed seed, Generator random) {
        MeshWorld world = new MeshWorld(seed, CALM, 15);
        ObjectId object = world.put("a", random.between(1, 50_000));
        world.runUntilSettled(object, 1_000);
        random.sample(world.storageNodes(), 5)
                .forEach(node -> world.behave(node, StorageMachine.Manners.IS_SLOW));

        long before = world.simulation.nowMillis();
        StoredObject found = world.list("a", 1_000).objects().getFirst();
        long listed = world.simulation.nowMillis();
        assertThat(world.get(found, 1_000)).isEqualTo(world.objects.get(object));

        // Slow nodes take 1,500 ms; each step waits for them 100 ms at most.
        assertThat(listed - before).isLessThanOrEqualTo(110);
        assertThat(world.simulation.nowMillis() - listed).isLessThanOrEqualTo(110);
    }

    @Seeds(count = 60)
    void asksAnotherNodeWhenBytesAreWrongAndReportsTheLiar(Seed seed, Generator random) {
        MeshWorld world = new MeshWorld(seed, CALM, 15);
        ObjectId object = world.put("a", random.between(1, 100_000));
        world.runUntilSettled(object, 5_000);
        List<String> liars = random.sample(world.storageNodes(), random.evenly(3, 5));
        liars.forEach(node -> world.behave(node, StorageMachine.Manners.RETURNS_WRONG_BYTES));

        world.assertReadable(2_000);

        Set<String> reported = new HashSet<>();
        for (Effect.Report report : world.all(Effect.Report.class)) {
            assertThat(report.misbehaviour()).isEqualTo(Misbehaviour.WRONG_SHARD);
            reported.add(world.names.get(report.node()));
        }
        assertThat(liars).containsAll(reported);
        // Twelve are asked at first, so at most three liars are never asked at all.
        assertThat(reported).hasSizeGreaterThanOrEqualTo(liars.size() - 3);
    }

    @Seeds(count = 60)
    void ignoresAndReportsForgedManifests(Seed seed, Generator random) {
        MeshWorld world = new MeshWorld(seed, CALM, 15);
        ObjectId object = world.put("a", random.between(1, 5_000));
        world.runUntilSettled(object, 1_000);
        List<String> forgers = random.sample(world.storageNodes(), 5);
        forgers.forEach(node -> world.behave(node, StorageMachine.Manners.LISTS_FORGERIES));

        world.assertReadable(2_000);

        assertThat(world.all(Effect.Report.class)).hasSize(5)
                .allMatch(report -> report.misbehaviour() == Misbehaviour.WRONG_MANIFEST)
                .allMatch(report -> forgers.contains(world.names.get(report.node())));
    }

    @Seeds(count = 60)
    void withTooFewNodesAPutWaitsAndSaysWhyAndGoesOnWhenTheyAreBack(Seed seed, Generator random) {
        SimulationSettings settings = random.chance(0.5)
                ? CALM.withNoticeDelay(Duration.ofMillis(50))
                : CALM;
        MeshWorld world = new MeshWorld(seed, settings, 15);
        List<String> away = random.sample(world.storageNodes(), random.evenly(3, 15));
        away.forEach(world.simulation::crash);

        ObjectId object = world.put("a", random.between(1, 50_000));
        world.simulation.runFor(random.evenly(1, 20_000));

        assertThat(world.stored(object)).isEmpty();
        Effect.PutWaits waits = world.all(Effect.PutWaits.class).getFirst();
        assertThat(waits.status().durable()).hasSize(15 - away.size());
        assertThat(waits.reason())
                .isEqualTo((15 - away.size()) + " of 15 shards durable (expected: 13 or more): "
                        + away.size() + " × connection refused");

        away.forEach(node -> world.simulation.restart(node, random.evenly(0, 5_000)));
        world.runUntilSettled(object, 40_000);
        assertThat(world.settled(object).orElseThrow().isComplete()).isTrue();
        world.assertReadable(2_000);
    }

    @Seeds(count = 60)
    void withTwoNodesAwayAPutSucceedsAndTheRestFollows(Seed seed, Generator random) {
        MeshWorld world = new MeshWorld(seed, CALM, 15);
        List<String> away = random.sample(world.storageNodes(), random.evenly(1, 2));
        boolean hung = random.chance(0.5);
        away.forEach(hung ? world.simulation::hang : world.simulation::crash);

        ObjectId object = world.put("a", random.between(1, 50_000));
        world.runUntilStored(object, 200);

        assertThat(world.stored(object).orElseThrow().durable()).hasSize(15 - away.size());
        assertThat(world.settled(object)).isEmpty();
        away.forEach(hung ? world.simulation::resume : node -> world.simulation.restart(node, 100));
        world.runUntilSettled(object, 40_000);
        assertThat(world.settled(object).orElseThrow().isComplete()).isTrue();
    }

    @Seeds(count = 60)
    void aWriterThatCrashesAnywhereLosesNothingQueued(Seed seed, Generator random) {
        MeshWorld world = new MeshWorld(seed, CALM, 15);
        world.simulation.crashBeforeAction(MeshWorld.WRITER, random.evenly(1, 36),
                random.evenly(0, 3_000));
        ObjectId first = world.put("a", random.between(1, 20_000));
        world.simulation.runFor(random.evenly(0, 20));
        ObjectId second = world.put("b", random.between(1, 20_000));
        world.simulation.runFor(30_000);

        for (ObjectId object : List.of(first, second)) {
            boolean promised = world.all(Effect.PutQueued.class)
                    .contains(new Effect.PutQueued(object));
            if (promised) {
                world.runUntilSettled(object, 10_000);
            } else if (world.settled(object).isEmpty()) {
                world.objects.remove(object);
            }
        }
        world.assertReadable(2_000);
        assertThat(world.simulation.disk(MeshWorld.WRITER).contents().files()).isEmpty();
    }

    @Seeds(count = 60)
    void losesNothingInAnyWeather(Seed seed, Generator random) {
        MeshWorld world = new MeshWorld(seed, SimulationSettings.swarm(random), 15);
        world.simulation.unleash(FaultPlan.swarm(random, Duration.ofSeconds(20), 4));
        for (int number = 0; number < 4; number++) {
            world.put("object" + number, random.between(1, 5_000));
            world.simulation.runFor(random.evenly(0, 5_000));
        }
        world.simulation.runFor(21_000);
        world.simulation.healAll();
        world.simulation.runFor(90_000);

        Set<ObjectId> promised = new HashSet<>();
        world.all(Effect.PutQueued.class).forEach(queued -> promised.add(queued.object()));
        world.all(Effect.PutStored.class).forEach(stored -> promised.add(stored.status().object()));
        world.objects.keySet().retainAll(promised);
        assertThat(world.all(Effect.PutFailed.class)).isEmpty();
        for (ObjectId object : world.objects.keySet()) {
            world.runUntilSettled(object, 60_000);
        }
        List<StoredObject> listed = readable(world);
        assertThat(listed.stream().map(object -> object.manifest().id()).toList())
                .containsAll(world.objects.keySet());
        for (StoredObject object : listed) {
            if (world.objects.containsKey(object.manifest().id())) {
                assertThat(world.get(object, 20_000))
                        .isEqualTo(world.objects.get(object.manifest().id()));
            }
        }
    }

    private static List<StoredObject> readable(MeshWorld world) {
        return world.list(20_000).objects();
    }

    @Seeds(count = 60)
    void aFullNodesShardGoesToTheNextClosest(Seed seed, Generator random) {
        MeshWorld world = new MeshWorld(seed, CALM, 20);
        List<String> full = random.sample(world.storageNodes(), 5);
        full.forEach(node -> world.behave(node, StorageMachine.Manners.IS_FULL));

        ObjectId object = world.put("a", random.between(1, 20_000));
        world.runUntilSettled(object, 1_000);

        PutStatus status = world.settled(object).orElseThrow();
        assertThat(status.isComplete()).isTrue();
        assertThat(status.doubledUp()).isFalse();
        assertThat(status.durable()).noneMatch(shard -> full.contains(name(world, shard.node())));
        world.assertReadable(1_000);
    }

    @Seeds(count = 60)
    void nodesThatJoinTakeWhatWaits(Seed seed, Generator random) {
        MeshWorld world = new MeshWorld(seed, CALM, 15);
        random.sample(world.storageNodes(), random.evenly(3, 5)).forEach(world.simulation::crash);
        ObjectId object = world.put("a", random.between(1, 20_000));
        world.simulation.runFor(random.evenly(1, 5_000));
        assertThat(world.stored(object)).isEmpty();

        world.register(20);
        world.runUntilStored(object, 500);
        world.assertReadable(1_000);
    }

    @Seeds(count = 60)
    void whatIsDeletedIsGoneForEveryReader(Seed seed, Generator random) {
        MeshWorld world = new MeshWorld(seed, CALM, 15);
        ObjectId kept = world.put("kept", random.between(1, 5_000));
        ObjectId gone = world.put("gone", random.between(1, 5_000));
        world.runUntilSettled(kept, 1_000);
        world.runUntilSettled(gone, 1_000);
        List<String> away = random.sample(world.storageNodes(), 2);
        away.forEach(world.simulation::crash);
        world.runUntilStored(world.delete("gone", 2), 1_000);
        world.objects.remove(gone);
        away.forEach(node -> world.simulation.restart(node, 0));
        random.sample(world.storageNodes(), 5).forEach(world.simulation::crash);

        world.assertReadable(5_000);
    }

    @Seeds(count = 50)
    void inASmallNetworkNodesHoldSeveralShardsAndTheAnswerSaysSo(Seed seed, Generator random) {
        int nodes = random.evenly(1, 14);
        MeshWorld world = new MeshWorld(seed, CALM, nodes);
        ObjectId object = world.put("a", random.between(1, 20_000));
        world.runUntilSettled(object, 1_000);

        PutStatus status = world.settled(object).orElseThrow();
        assertThat(status.durable()).hasSize(15);
        assertThat(status.mostPerNode()).isEqualTo((15 + nodes - 1) / nodes);
        assertThat(status.doubledUp()).isTrue();
        world.assertReadable(1_000);
    }

    private static String name(MeshWorld world, PeerId node) {
        return String.valueOf(world.names.get(node));
    }
}
