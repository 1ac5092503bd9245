package network.dchat.simulation;

import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.ReflectionSupport;
import org.opentest4j.TestAbortedException;

/// Runs a method that is marked with [Seeds] once per seed.
final class SeedsExtension implements InvocationInterceptor, ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return isOurs(parameter.getParameter().getType());
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return argument(parameter.getParameter().getType(), Seed.of(0));
    }

    @Override
    public void interceptTestMethod(Invocation<@Nullable Void> invocation,
            ReflectiveInvocationContext<Method> call, ExtensionContext context) {
        Method method = call.getExecutable();
        Seeds seeds = AnnotationSupport.findAnnotation(method, Seeds.class).orElseThrow();
        invocation.skip();
        boolean isOne = System.getProperty("simulation.seed") != null;
        long first = isOne
                ? property("simulation.seed", 0)
                : property("simulation.first", seeds.first());
        long count = isOne ? 1 : property("simulation.seeds", seeds.count());
        Checks.range("simulation.seeds", count, 1, Integer.MAX_VALUE);
        String command = command(call.getTargetClass(), method);
        for (long index = 0; index < count; index++) {
            long value = first + index;
            run(call, new Seed(value, command + value));
        }
    }

    private static long property(String name, long fallback) {
        @Nullable
        String text = System.getProperty(name);
        try {
            return text == null ? fallback : Long.parseLong(text);
        } catch (NumberFormatException malformed) {
            throw new IllegalArgumentException(name + ": " + text + " (expected: a number)",
                    malformed);
        }
    }

    private static void run(ReflectiveInvocationContext<Method> call, Seed seed) {
        Method method = call.getExecutable();
        Class<?>[] types = method.getParameterTypes();
        Object[] arguments = call.getArguments().toArray();
        for (int i = 0; i < types.length; i++) {
            if (isOurs(types[i])) {
                arguments[i] = argument(types[i], seed);
            }
        }
        try {
            ReflectionSupport.invokeMethod(method, call.getTarget().orElse(null), arguments);
        } catch (SimulationFailure | TestAbortedException told) {
            throw told;
        } catch (RuntimeException | Error thrown) {
            throw failure(seed, thrown);
        }
    }

    private static SimulationFailure failure(Seed seed, Throwable thrown) {
        return new SimulationFailure(thrown.getMessage() + "\nseed " + seed.value() + "\nreplay: "
                + seed.replay() + "\n" + seed.story(), thrown);
    }

    private static boolean isOurs(Class<?> type) {
        return List.of(Seed.class, Generator.class, SplittableRandom.class, long.class)
                .contains(type);
    }

    private static Object argument(Class<?> type, Seed seed) {
        if (type == Seed.class) {
            return seed;
        } else if (type == Generator.class) {
            return seed.generator();
        } else if (type == SplittableRandom.class) {
            return new SplittableRandom(seed.value());
        }
        return seed.value();
    }

    private static String command(Class<?> type, Method method) {
        String test = type.getName().substring(type.getPackageName().length() + 1) + "#"
                + method.getName();
        String quoted = test.indexOf('$') < 0 ? test : "'" + test + "'";
        return "./mvnw " + module() + "test -Dtest=" + quoted + " -Dsimulation.seed=";
    }

    /// `-pl <module> `, where the tests run in a module's folder below the one that holds `mvnw`.
    private static String module() {
        Path folder = Path.of("").toAbsolutePath();
        for (Path root = folder; root != null; root = root.getParent()) {
            if (Files.exists(root.resolve("mvnw"))) {
                String module = root.relativize(folder).toString().replace('\\', '/');
                return module.isEmpty() ? "" : "-pl " + module + " ";
            }
        }
        return "";
    }
}
