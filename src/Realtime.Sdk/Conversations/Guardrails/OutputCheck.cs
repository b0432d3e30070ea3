namespace Realtime.Sdk.Internal;

/// <summary>The checks of one response by one guardrail, one after the other. Used under the conversation's lock.</summary>
internal sealed class OutputCheck(Guardrail guardrail)
{
    private string? _checkedText;
    private int _checkedLength;

    public Guardrail Guardrail => guardrail;

    /// <summary>Whether a check is running.</summary>
    public bool IsRunning { get; private set; }

    /// <summary>Whether a text that has grown to a length must be checked.</summary>
    public bool IsDue(int length) => !IsRunning && length - _checkedLength >= guardrail.CheckEvery;

    /// <summary>Whether a complete text must be checked.</summary>
    public bool IsUnchecked(string text) => !IsRunning && text.Length > 0 && text != _checkedText;

    public void Begin(string text) => (IsRunning, _checkedText, _checkedLength) = (true, text, text.Length);

    public void End() => IsRunning = false;
}
