namespace EwasteEpr.Web.Hosting;

/// <summary>The page reads QR codes with the camera: where the browser has no reader of its own, ours is WebAssembly, which its policy must allow.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class ReadsCodesAttribute : Attribute;
