/** What the linter holds us to, beyond its strict rules: small files, simple functions, one reader of the environment. */
import tseslint from 'typescript-eslint';

const environment = {
  object: 'process',
  property: 'env',
  message: 'Read settings through config/schema.ts.',
};

export default tseslint.config(
  { ignores: ['dist/**', '.cache/**', 'node_modules/**', '**/*.mjs', '**/*.cjs', '**/*.tmp.ts'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.json', './gateway/dashboard/tsconfig.json'],
        tsconfigRootDir: new URL('..', import.meta.url).pathname,
      },
    },
    rules: {
      'max-lines': ['error', 400],
      complexity: ['error', 14],
      'no-console': 'error',
      'no-restricted-properties': ['error', environment],
      'no-restricted-syntax': ['error', { selector: 'ExportDefaultDeclaration', message: 'Export by name.' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowNever: true }],
      // `return refuse(403)` says in one line that this is the end of it.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // Closed sets that have one member yet (one channel) make comparisons look needless; they are not.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // Type parameters that name a row's shape at a query.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-extraneous-class': [
        'error',
        { allowWithDecorator: true, allowStaticOnly: true },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        {
          argsIgnorePattern: '^_',
          varsIgnorePattern: '^_',
          destructuredArrayIgnorePattern: '^_',
          ignoreRestSiblings: true,
        },
      ],
    },
  },
  // Written by openapi-typescript.
  { ignores: ['gateway/dashboard/src/api/schema.d.ts'] },
  { files: ['config/schema.ts'], rules: { 'no-restricted-properties': 'off' } },
  // The fakes mirror interfaces that have deprecated parts.
  { files: ['test/kit/**'], rules: { '@typescript-eslint/no-deprecated': 'off' } },
  {
    // Tests, proofs and measurements start processes with an environment of their own, and print.
    files: ['**/*.test.ts', 'test/**', 'proofs/**', 'bench/**', 'bridges/conformance.ts', '**/test-rig.ts'],
    rules: {
      'no-restricted-properties': 'off',
      'no-console': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-misused-spread': 'off',
      complexity: 'off',
    },
  },
);
