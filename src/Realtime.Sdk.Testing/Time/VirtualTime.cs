namespace Realtime.Sdk.Testing;

/// <summary>
/// A clock for tests that needs no real time. It moves from timer to timer, only while no work is in progress and a method waits for time to pass
/// (<see cref="RunUntilAsync(Task, CancellationToken)"/>, <see cref="AdvanceAsync"/>). Work in progress is counted, so that every event has the same time in
/// every run. Thread-safe.
/// </summary>
/// <remarks>
/// <para>The following counts as work in progress: the work of every <see cref="RealtimeEmulator"/> with this clock; messages between it and the clients that
/// it creates, from the time they are accepted for sending until they arrive; messages that a connection has received, until its reader requests the next
/// one; sends, until their caller has continued; callbacks of timers and their continuations; callbacks in <see cref="CallbackContext"/>; and work that is
/// reported with <see cref="BeginWork"/> and <see cref="Hold"/>.</para>
/// <para>The following does not count: messages that have arrived on a connection without a reader, a direction of a connection that a fault of the emulator
/// has stopped, and connections whose other end does not use this clock.</para>
/// <para>The body of a loop over <see cref="RealtimeConnection.ReadEventsAsync"/> counts as work, so it must not wait for this clock: both would wait for each
/// other. REST requests count only while the emulator handles them: await them before you let time pass, or use <see cref="Hold"/>. Other code of the test
/// does not count, but the clock lets the thread pool run a few work items before it moves.</para>
/// </remarks>
/// <example>
/// <code>
/// var time = new VirtualTime();
/// await using var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = time });
/// await time.AdvanceAsync(TimeSpan.FromMinutes(30));
/// </code>
/// </example>
public sealed partial class VirtualTime : WorkTrackingTimeProvider
{
    // Guards the counters, the timers and the connections. Callbacks of timers run outside it.
    private readonly Lock _lock = new();
    private readonly DateTimeOffset _start;
    private readonly int[] _inProgress = new int[Enum.GetValues<WorkKind>().Length];
    private readonly WorkTrackingContext _context;
    private readonly Mover _mover;
    private long _now;

    // Changes with every report. Time moves only if nothing was reported while the thread pool ran a few work items.
    private long _generation;

    /// <summary>Creates a clock. It does not move until a method waits for time to pass.</summary>
    /// <param name="start">The time at which the clock starts. Null, the default, is 2026-01-01T00:00:00Z.</param>
    public VirtualTime(DateTimeOffset? start = null)
    {
        _start = (start ?? new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)).ToUniversalTime();
        _context = new(this);
        _mover = new(this);
    }

    /// <summary>
    /// The maximum real time during which a method waits while the clock cannot move, because work does not end or because there is no timer. The method then
    /// throws a <see cref="TimeoutException"/> that lists the work in progress. More than zero; the default is 10 seconds.
    /// <see cref="Timeout.InfiniteTimeSpan"/> disables the limit.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public TimeSpan ExpectTimeout
    {
        get;
        init
        {
            if (value <= TimeSpan.Zero && value != Timeout.InfiniteTimeSpan)
                throw new ArgumentOutOfRangeException(nameof(value), value, "The time must be positive or infinite.");
            field = value;
        }
    } = TimeSpan.FromSeconds(10);

    /// <summary>The time that has passed on this clock since its start.</summary>
    public TimeSpan Elapsed => new(Interlocked.Read(ref _now));

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>
    /// A context that posts to the thread pool and counts each callback as work until it returns. Code that runs in this context returns to it after each
    /// <see langword="await"/> without <c>ConfigureAwait(false)</c>.
    /// </summary>
    public override SynchronizationContext CallbackContext => _context;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _start + Elapsed;

    /// <inheritdoc/>
    public override long GetTimestamp() => Interlocked.Read(ref _now);

    /// <summary>Reports that work begins. Time does not move until <see cref="EndWork"/> has been called the same number of times.</summary>
    public override void BeginWork() => Begin(WorkKind.Work);

    /// <inheritdoc/>
    public override void EndWork() => End(WorkKind.Work);

    /// <summary>Stops time until the returned object is disposed. Use it for code that waits for real input or output.</summary>
    public IDisposable Hold()
    {
        Begin(WorkKind.Hold);
        return new Holding(this);
    }

    /// <summary>
    /// Creates a timer like those of <see cref="TimeProvider.System"/>. Timers fire one at a time on the thread pool, in the order of their due times and then of
    /// their creation, each after all work that the previous one caused. A timer that is due after <see cref="TimeSpan.Zero"/> fires as soon as no work is in
    /// progress, even if no method waits for time to pass.
    /// </summary>
    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        VirtualTimer.ThrowIfInvalid(dueTime, period);
        VirtualTimer timer;
        lock (_lock)
            timer = new(this, callback, state, ++_created);
        timer.Change(dueTime, period);
        return timer;
    }

    internal void Begin(WorkKind kind)
    {
        lock (_lock)
        {
            _inProgress[(int)kind]++;
            _generation++;
        }
    }

    internal void End(WorkKind kind)
    {
        lock (_lock)
        {
            _inProgress[(int)kind]--;
            _generation++;
        }
        MoveWhenIdle();
    }

    private sealed class Holding(VirtualTime time) : IDisposable
    {
        private int _isOver;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isOver, 1) == 0)
                time.End(WorkKind.Hold);
        }
    }
}
