package android.view;

import org.jetbrains.annotations.Nullable;

public abstract class Window {
    /** Since API 30. */
    @Nullable
    public WindowInsetsController getInsetsController() {
        throw new RuntimeException("Stub!");
    }
}
