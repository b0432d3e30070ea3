using System.Threading.Tasks.Sources;

namespace Realtime.Sdk.Internal;

/// <summary>
/// The message enumerable of a connection whose clock tracks work. Its disposal counts as work until the code after it, such as the code after an
/// <c>await foreach</c>, has continued. An iterator cannot do this, because its last statement runs before its caller continues.
/// </summary>
internal sealed class CountedReader<T>(IAsyncEnumerable<T> inner, TransportWork work) : IAsyncEnumerable<T>
{
    public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default) => new Enumerator(inner.GetAsyncEnumerator(cancellationToken), work);

    private sealed class Enumerator(IAsyncEnumerator<T> inner, TransportWork work) : IAsyncEnumerator<T>, IValueTaskSource
    {
        private ManualResetValueTaskSourceCore<bool> _continued;

        public T Current => inner.Current;

        public ValueTask<bool> MoveNextAsync() => inner.MoveNextAsync();

        public ValueTask DisposeAsync()
        {
            var disposal = inner.DisposeAsync();
            return disposal.IsCompletedSuccessfully && work.HasReaderToRelease ? new(this, _continued.Version) : disposal;
        }

        public void GetResult(short token) => _continued.GetResult(token);

        public ValueTaskSourceStatus GetStatus(short token) => _continued.GetStatus(token);

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        {
            // Queued only here, when the caller waits: otherwise it would continue by itself and not be tracked.
            _continued.OnCompleted(continuation, state, token, flags);
            ThreadPool.UnsafeQueueUserWorkItem(static enumerator => enumerator.Continue(), this, preferLocal: false);
        }

        private void Continue()
        {
            try
            {
                _continued.SetResult(true);
            }
            finally
            {
                work.ReleaseReader();
            }
        }
    }
}
