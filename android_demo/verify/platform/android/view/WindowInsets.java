package android.view;

import android.graphics.Insets;

public final class WindowInsets {
    /** Since API 30. */
    public Insets getInsets(int typeMask) {
        throw new RuntimeException("Stub!");
    }

    private WindowInsets() {}

    /** Since API 30. */
    public static final class Type {
        public static int systemBars() {
            throw new RuntimeException("Stub!");
        }

        public static int displayCutout() {
            throw new RuntimeException("Stub!");
        }

        public static int ime() {
            throw new RuntimeException("Stub!");
        }

        private Type() {}
    }
}
