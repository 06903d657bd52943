using System.Reflection;
using System.Reflection.Emit;

namespace EwasteEpr.Tests.Support;

/// <summary>Every type that a type names: in its signatures, its attributes and the bodies of its methods.</summary>
internal static class TypeUses
{
    private const BindingFlags Own = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    public static IEnumerable<Type> Of(Type type) => Named(type).SelectMany(Parts).Distinct();

    private static IEnumerable<Type> Named(Type type)
    {
        var methods = type.GetMethods(Own).Cast<MethodBase>().Concat(type.GetConstructors(Own)).ToList();
        return [
            .. type.BaseType is { } parent ? new[] { parent } : [], .. type.GetInterfaces(),
            .. type.GetCustomAttributesData().Select(attribute => attribute.AttributeType),
            .. type.GetFields(Own).Select(field => field.FieldType),
            .. methods.SelectMany(method => method.GetParameters().Select(parameter => parameter.ParameterType)),
            .. methods.OfType<MethodInfo>().Select(method => method.ReturnType),
            .. methods.SelectMany(InBody),
        ];
    }

    /// <summary>Walks the instructions: each token names a type, a method or a field.</summary>
    private static IEnumerable<Type> InBody(MethodBase method)
    {
        var code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        var typeArguments = method.DeclaringType!.IsGenericType ? method.DeclaringType.GetGenericArguments() : null;
        var methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        for (var at = 0; at < code.Length;)
        {
            var value = code[at] == 0xFE ? unchecked((short)(0xFE00 | code[++at])) : code[at];
            var instruction = OpCodesByValue[value];
            at++;
            if (instruction.OperandType is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType)
            {
                var member = method.Module.ResolveMember(BitConverter.ToInt32(code, at), typeArguments, methodArguments)!;
                yield return member as Type ?? member.DeclaringType!;
                foreach (var type in (member as MethodInfo)?.GetGenericArguments() ?? [])
                {
                    yield return type;
                }
            }

            at += instruction.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
                _ => 4,
            };
        }
    }

    private static IEnumerable<Type> Parts(Type type) =>
        type.HasElementType ? Parts(type.GetElementType()!)
        : type.IsGenericType ? [type, .. type.GetGenericArguments().SelectMany(Parts)]
        : [type];
}
