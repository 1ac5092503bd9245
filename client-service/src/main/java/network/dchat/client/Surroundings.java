package network.dchat.client;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import network.dchat.starter.loop.LoopTimers;

/// What every part of the node uses of the world.
///
/// @param nodeName begins the names of threads
/// @param executor a virtual thread a task
/// @param timers   of this node
/// @param clock    the time
/// @param random   secrets
/// @param meters   metrics
record Surroundings(String nodeName, ExecutorService executor, LoopTimers timers,
        InstantSource clock, SecureRandom random, MeterRegistry meters) {
    long now() {
        return clock.millis();
    }

    ByteString randomBytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return ByteString.copyFrom(bytes);
    }
}
