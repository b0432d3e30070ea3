namespace Realtime.Sdk.Internal;

/// <summary>Rules for models that the service documents. Unrecognized models, including Azure deployments, are not checked.</summary>
internal static class ModelRules
{
    private const string LivePrefix = "gpt-live-";

    /// <summary>Warns if the model is one of the Live API. The service creates a client secret for it, but sessions with it fail.</summary>
    public static void WarnOfLiveModel(Constraints constraints, string? model, string name)
    {
        if (model is not null && model.StartsWith(LivePrefix, StringComparison.Ordinal))
            constraints.Warning(name, Constraints.Quote(model), "should be a Realtime model such as gpt-realtime-2.1: realtime sessions reject models of the Live API");
    }
}
