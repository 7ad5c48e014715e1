package android.view;

/** Since API 30. */
public interface WindowInsetsController {
    int APPEARANCE_LIGHT_NAVIGATION_BARS = 16;

    void setSystemBarsAppearance(int appearance, int mask);
}
