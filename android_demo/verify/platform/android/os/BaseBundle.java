package android.os;

import org.jetbrains.annotations.Nullable;

public class BaseBundle {
    @Nullable
    public String getString(@Nullable String key) {
        throw new RuntimeException("Stub!");
    }
}
