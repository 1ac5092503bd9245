package network.dchat.starter.launch;

import java.util.Map;
import org.springframework.boot.web.context.reactive.StandardReactiveWebEnvironment;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/// An environment whose first source of settings is the launcher's.
final class LaunchEnvironment {
    private LaunchEnvironment() {}

    static ConfigurableEnvironment of(Map<String, Object> settings, String source) {
        ConfigurableEnvironment environment = new StandardReactiveWebEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource(source, settings));
        return environment;
    }
}
