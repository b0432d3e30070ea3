namespace Realtime.Sdk.Testing.Internal;

/// <summary>What the model sessions of one emulator share.</summary>
internal sealed record ModelSetting(EmulatorModelOptions Options, TimeProvider Time, IdSource Ids, ViolationLog Violations);
