namespace Realtime.Sdk.Testing.Internal;

/// <summary>The violations of one emulator. Only the first 1,000 are kept. Thread-safe.</summary>
/// <param name="observer">Notified of every violation, outside the lock.</param>
internal sealed class ViolationLog(Observer<EmulatorViolation> observer)
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
        observer.Notify(violation);
    }
}
