namespace Realtime.Sdk.Internal;

/// <summary>Lets one switch of agents after the other proceed, in the order of the calls. Not the platform's semaphore, whose waits a clock that counts work does not see.</summary>
internal sealed class SwitchQueue(WorkTrackingTimeProvider? work)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<CountedSource<bool>> _waiting = [];
    private bool _isTaken;

    /// <summary>Waits for the switches before this one. <see cref="Exit"/> must be called if it does not throw.</summary>
    public async Task EnterAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var turn = new CountedSource<bool>(work);
        lock (_lock)
        {
            if (!_isTaken)
            {
                _isTaken = true;
                return;
            }
            _waiting.AddLast(turn);
        }
        try
        {
            await turn.Task.WaitAsync(cancellationToken).Counted(work);
        }
        catch
        {
            // It may have been this switch's turn already.
            bool isWaiting;
            lock (_lock)
                isWaiting = _waiting.Remove(turn);
            if (!isWaiting)
                Exit();
            throw;
        }
    }

    public void Exit()
    {
        CountedSource<bool>? next;
        lock (_lock)
        {
            next = _waiting.First?.Value;
            if (next is null)
                _isTaken = false;
            else
                _waiting.RemoveFirst();
        }
        next?.SetResult(true);
    }
}
