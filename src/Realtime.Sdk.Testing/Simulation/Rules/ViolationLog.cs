namespace Realtime.Sdk.Testing.Internal;

/// <summary>The violations of one emulator: the first of them, when there are very many. Safe to use from any thread.</summary>
/// <param name="observe">Called with every violation, outside the lock; null for nobody.</param>
/// <param name="fail">Takes what <paramref name="observe"/> throws.</param>
internal sealed class ViolationLog(Action<EmulatorViolation>? observe, Action<Exception> fail)
{
    private const int MaxCount = 1000;

    private readonly Lock _lock = new();
    private readonly List<EmulatorViolation> _violations = [];

    public IReadOnlyList<EmulatorViolation> All
    {
        get
        {
            lock (_lock)
                return [.. _violations];
        }
    }

    public void Add(EmulatorViolation violation)
    {
        violation = violation with { Message = PeerText.Sanitize(violation.Message) };
        lock (_lock)
        {
            if (_violations.Count < MaxCount)
                _violations.Add(violation);
        }
        try
        {
            observe?.Invoke(violation);
        }
#pragma warning disable CA1031 // the callback is the test's and may fail in any way: the session goes on
        catch (Exception e)
#pragma warning restore CA1031
        {
            fail(e);
        }
    }
}
