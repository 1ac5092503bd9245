package network.dchat.simulation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A test that runs once per seed and is reported as one. Its parameters may be a [Seed], a
/// [Generator], a `SplittableRandom` or a `long`, the seed itself.
///
/// `-Dsimulation.seed=N` runs the seed N alone, `-Dsimulation.seeds=N` runs N of them,
/// `-Dsimulation.first=N` begins with N instead of [#first()], and
/// `-Dsimulation.trace=N` lets a failure show the last N lines. `@BeforeEach` and `@AfterEach` run
/// once around all seeds, so what a seed needs is made in the method.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Test
@ExtendWith(SeedsExtension.class)
public @interface Seeds {
    /// How many seeds, from [#first()] on.
    int count() default 200;

    /// The first seed.
    long first() default 1;
}
