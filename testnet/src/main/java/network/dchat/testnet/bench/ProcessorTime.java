package network.dchat.testnet.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import network.dchat.testnet.validators.Validators;

/// Processor time used so far.
///
/// @param own        by this process
/// @param validators by the validators' own processes
/// @param database   by PostgreSQL
record ProcessorTime(Duration own, Duration validators, Duration database) {
    static ProcessorTime of(Validators validators) throws IOException {
        OperatingSystemMXBean system = ManagementFactory
                .getPlatformMXBean(OperatingSystemMXBean.class);
        ProcessHandle database = validators.database();
        return new ProcessorTime(Duration.ofNanos(system.getProcessCpuTime()),
                sum(validators.processes()),
                sum(Stream.concat(Stream.of(database), database.descendants()).toList()));
    }

    private static Duration sum(List<ProcessHandle> processes) {
        return processes.stream()
                .map(process -> process.info().totalCpuDuration().orElse(Duration.ZERO))
                .reduce(Duration.ZERO, Duration::plus);
    }

    /// What was used since then.
    ProcessorTime since(ProcessorTime then) {
        return new ProcessorTime(own.minus(then.own), validators.minus(then.validators),
                database.minus(then.database));
    }
}
