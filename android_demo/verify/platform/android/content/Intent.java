package android.content;

import org.jetbrains.annotations.Nullable;

public class Intent {
    @Nullable
    public String getStringExtra(String name) {
        throw new RuntimeException("Stub!");
    }
}
