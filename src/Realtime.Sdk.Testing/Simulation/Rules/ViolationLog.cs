namespace Realtime.Sdk.Testing.Internal;

/// <summary>The violations of one emulator: the first of them, when there are very many. Safe to use from any thread.</summary>
internal sealed class ViolationLog
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
        lock (_lock)
        {
            if (_violations.Count < MaxCount)
                _violations.Add(violation with { Message = PeerText.Sanitize(violation.Message) });
        }
    }
}
