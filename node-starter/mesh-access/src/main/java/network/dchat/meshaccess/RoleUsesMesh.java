package network.dchat.meshaccess;

import java.util.Locale;
import java.util.Set;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/// True for gateways and user nodes, by `dchat.node.role`.
final class RoleUsesMesh implements Condition {
    private static final Set<String> ROLES = Set.of("gateway", "client");

    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
        return ROLES.contains(context.getEnvironment().getProperty("dchat.node.role", "")
                .toLowerCase(Locale.ROOT));
    }
}
